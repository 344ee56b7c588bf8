#ifndef VITRINE_SERVICE_HTTP_EXCHANGE_H_
#define VITRINE_SERVICE_HTTP_EXCHANGE_H_

// From a message to the bytes of its answer: what is the same however a connection is served.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/operation.h"
#include "service/http/message.h"
#include "service/http/request_reader.h"

namespace vitrine::http {

// A request in work.
struct Exchange {
  absl::StatusOr<Request> request;  // An error where the message is none that could be handled.
  Operation operation;
  unsigned version = 11;  // Of HTTP, times ten.
  bool head = false;      // The method is HEAD.
  bool keep_alive = false;
};

Exchange BeginExchange(Message message, absl::Duration timeout);

struct Answer {
  Response response;
  std::string header;   // Status line and headers, as they are sent.
  Operation operation;  // Of the request.
  bool stays = false;   // The connection is open for another request afterwards.
  bool chunked = false;
  bool head = false;

  // What follows the header but for a streamed body.
  absl::string_view body() const;
  // The body comes from the response's source.
  bool streamed() const { return response.source != nullptr && !head; }
};

Answer ComposeAnswer(const Exchange& exchange, Response response, bool last);

// An answer that the socket did not take as a whole.
struct UnsentAnswer {
  Answer answer;
  size_t sent = 0;  // Bytes of header and body().
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_EXCHANGE_H_
