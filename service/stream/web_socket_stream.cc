#include "service/stream/web_socket_stream.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "google/protobuf/util/json_util.h"

namespace vitrine::service {
namespace {

using google::protobuf::util::JsonParseOptions;
using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageToJsonString;

std::string BigEndian(size_t size) {
  const auto byte = [&](int shift) { return static_cast<char>(size >> shift & 0xff); };
  return {byte(24), byte(16), byte(8), byte(0)};
}

// Messages of ours have a JSON form.
std::string JsonOf(const google::protobuf::Message& message) {
  std::string json;
  static_cast<void>(MessageToJsonString(message, &json));
  return json;
}

absl::Status Unreadable(absl::string_view detail) {
  constexpr size_t kLongest = 200;  // It may quote the message.
  return MakeError(ErrorCategory::kInvalidRequest,
                   absl::StrCat("the message is not the JSON of a ViewUpdate: ", detail.substr(0, kLongest)));
}

}  // namespace

absl::StatusOr<v1::ViewUpdate> ParseUpdate(const std::string& message, uint64_t& sequence) {
  v1::ViewUpdate update;
  const auto status = JsonStringToMessage(message, &update);
  sequence = update.sequence();
  if (status.ok()) return update;
  v1::ViewUpdate known;
  JsonParseOptions lenient;
  lenient.ignore_unknown_fields = true;
  if (JsonStringToMessage(message, &known, lenient).ok()) sequence = known.sequence();
  return Unreadable({status.message().data(), status.message().size()});
}

http::WebSocketMessage FrameMessage(StreamFrame frame) {
  if (frame.frame.has_error()) return {false, JsonOf(frame.frame.error()), nullptr};
  std::string header = JsonOf(frame.frame);
  std::string head = BigEndian(header.size());
  head += header;
  return {true, std::move(head), std::move(frame.picture)};
}

void WebSocketStream::OnOpen(std::shared_ptr<http::WebSocket> socket) {
  socket_ = std::move(socket);
  auto session = service_.Open(principal_, "websocket", *this);
  if (session.ok()) {
    session_ = *std::move(session);
  } else {
    socket_->Close(http::CloseCode::kTryAgainLater, session.status().message());
  }
}

void WebSocketStream::OnMessage(std::string message, bool binary) {
  if (session_ == nullptr) return;
  uint64_t sequence = 0;
  if (binary) {
    session_->Reject(0, MakeError(ErrorCategory::kInvalidRequest, "updates are text messages"));
  } else if (const auto update = ParseUpdate(message, sequence); update.ok()) {
    session_->Update(*update);
  } else {
    session_->Reject(sequence, update.status());
  }
}

void WebSocketStream::OnTooBig() {
  if (session_ == nullptr) return;
  session_->Reject(0, MakeError(ErrorCategory::kTooLarge, "the message is larger than the server allows"));
}

void WebSocketStream::OnSent() {
  if (session_ != nullptr) session_->Sent();
}

void WebSocketStream::OnClosed() {
  if (session_ != nullptr) session_->Close();
  session_ = nullptr;
  socket_ = nullptr;
}

void WebSocketStream::Send(StreamFrame frame) { socket_->Send(FrameMessage(std::move(frame))); }

void WebSocketStream::End(StreamEnd reason) {
  switch (reason) {
    case StreamEnd::kFinished: return socket_->Close(http::CloseCode::kNormal, "");
    case StreamEnd::kIdle: return socket_->Close(http::CloseCode::kGoingAway, "no update for too long");
    case StreamEnd::kDraining: return socket_->Close(http::CloseCode::kServiceRestart, "the server stops");
  }
}

}  // namespace vitrine::service
