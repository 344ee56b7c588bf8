#include "service/http/read_ahead.h"

#include <utility>

#include "boost/asio/bind_cancellation_slot.hpp"
#include "boost/asio/error.hpp"

namespace vitrine::http {
namespace asio = boost::asio;

ReadAhead::ReadAhead(Connection& connection, size_t limit, absl::AnyInvocable<void()> on_leave)
    : connection_(connection), limit_(limit), on_leave_(std::move(on_leave)) {}

void ReadAhead::Start() {
  if (connection_.buffer.size() >= limit_) return;
  reading_ = true;
  connection_.stream.socket().async_read_some(
      connection_.buffer.prepare(kReadBytes),
      asio::bind_cancellation_slot(stop_.slot(), [self = shared_from_this()](auto error, size_t bytes) {
        self->reading_ = false;
        self->connection_.buffer.commit(bytes);
        if (!error && !self->done_) return self->Start();
        self->ended_ = error && !(self->done_ && error == asio::error::operation_aborted);
        if (error && error != asio::error::operation_aborted) self->on_leave_();
        if (self->done_) self->Settle();
      }));
}

void ReadAhead::Stop(absl::AnyInvocable<void(bool ended)> done) {
  done_ = std::move(done);
  if (reading_) {
    stop_.emit(asio::cancellation_type::terminal);
  } else {
    Settle();
  }
}

void ReadAhead::Settle() { std::exchange(done_, nullptr)(ended_); }

}  // namespace vitrine::http
