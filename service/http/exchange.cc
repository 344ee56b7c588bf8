#include "service/http/exchange.h"

#include <utility>

#include "absl/time/clock.h"
#include "base/random_id.h"
#include "boost/beast/http/verb.hpp"
#include "service/http/wire.h"

namespace vitrine::http {

namespace {

// What Connection has to say: HTTP/1.1 keeps a connection open unless told otherwise, HTTP/1.0 the other way round.
absl::string_view ConnectionField(unsigned version, bool keep_alive) {
  if (!keep_alive) return "close";
  return version < 11 ? "keep-alive" : "";
}

Operation NewOperation(const Message& message, absl::Duration timeout) {
  Operation operation;
  operation.deadline = absl::Now() + timeout;
  operation.request_id = RandomId();
  const auto traceparent = message["traceparent"];
  operation.traceparent = TraceParentOf({traceparent.data(), traceparent.size()});
  return operation;
}

}  // namespace

Exchange BeginExchange(Message message, absl::Duration timeout) {
  Operation operation = NewOperation(message, timeout);
  const unsigned version = message.version();
  const bool head = message.method() == boost::beast::http::verb::head;
  const bool keep_alive = message.keep_alive();
  return {ToRequest(std::move(message)), std::move(operation), version, head, keep_alive};
}

absl::string_view Answer::body() const {
  return response.body != nullptr && !head ? *response.body : absl::string_view();
}

Answer ComposeAnswer(const Exchange& exchange, Response response, bool last) {
  // What has no length ends with the connection where chunks are not known.
  const bool no_length = response.source != nullptr && !response.source_length;
  Answer answer;
  answer.chunked = no_length && exchange.version >= 11;
  answer.stays = exchange.keep_alive && !last && answer.chunked == no_length;
  answer.head = exchange.head;
  answer.header = SerializeHeader(response, ConnectionField(exchange.version, answer.stays), exchange.version);
  answer.response = std::move(response);
  answer.operation = exchange.operation;
  return answer;
}

}  // namespace vitrine::http
