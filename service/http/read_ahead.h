#ifndef VITRINE_SERVICE_HTTP_READ_AHEAD_H_
#define VITRINE_SERVICE_HTTP_READ_AHEAD_H_

#include <cstddef>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "boost/asio/cancellation_signal.hpp"
#include "service/http/request_reader.h"

namespace vitrine::http {

// Reads a connection on while a request is in work: what comes is the beginning of the next one, and an end says that
// the peer has left. Plain callbacks, for every request goes through here. Everything runs on the connection's
// executor; the connection must live until Stop() has called back.
class ReadAhead : public std::enable_shared_from_this<ReadAhead> {
 public:
  // Reads until the buffer holds `limit` bytes. `on_leave`: the peer has closed the connection or broken it off.
  ReadAhead(Connection& connection, size_t limit, absl::AnyInvocable<void()> on_leave);

  void Start();

  // Ends the reading, then calls `done`, once: whether the connection has ended meanwhile.
  void Stop(absl::AnyInvocable<void(bool ended)> done);

 private:
  void Settle();

  Connection& connection_;
  const size_t limit_;
  absl::AnyInvocable<void()> on_leave_;
  absl::AnyInvocable<void(bool ended)> done_;  // Set by Stop().
  boost::asio::cancellation_signal stop_;
  bool reading_ = false;
  bool ended_ = false;
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_READ_AHEAD_H_
