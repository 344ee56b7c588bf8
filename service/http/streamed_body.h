#ifndef VITRINE_SERVICE_HTTP_STREAMED_BODY_H_
#define VITRINE_SERVICE_HTTP_STREAMED_BODY_H_

// Sends the body of a response that has a source.

#include <memory>

#include "absl/time/time.h"
#include "base/operation.h"
#include "base/thread_pool.h"
#include "boost/asio/awaitable.hpp"
#include "boost/beast/core/tcp_stream.hpp"
#include "service/http/message.h"

namespace vitrine::http {

struct StreamedBodyOptions {
  bool chunked = true;           // Otherwise the pieces alone.
  absl::Duration piece_timeout;  // The Operation's deadline, for each piece anew.
  absl::Duration write_timeout;  // For one piece.
};

// Asks the source for pieces on the pool and writes each before it asks for the next one: no more than one piece is in
// memory. False where the source or the client failed. Must run on the stream's executor.
boost::asio::awaitable<bool> WriteStreamedBody(boost::beast::tcp_stream& stream, std::shared_ptr<BodySource> source,
                                               ThreadPool& pool, Operation operation, StreamedBodyOptions options);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_STREAMED_BODY_H_
