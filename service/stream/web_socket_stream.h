#ifndef VITRINE_SERVICE_STREAM_WEB_SOCKET_STREAM_H_
#define VITRINE_SERVICE_STREAM_WEB_SOCKET_STREAM_H_

// /v1/stream: the stream's messages over a WebSocket.
//
// Client: text messages, the proto3 JSON of ViewUpdate. Server: a binary message for each RenderedFrame - the length of
// its proto3 JSON (4 bytes, big-endian), the JSON without picture.data, the picture's bytes -, and a text message, the
// proto3 JSON of StreamError, for each update that has no picture. docs/streaming.md has the close codes.

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "auth/access.h"
#include "service/http/web_socket.h"
#include "service/stream/frame_sink.h"
#include "service/stream/interact_service.h"

namespace vitrine::service {

// One connection. Between OnOpen and OnClosed it has a session, unless the service refused one.
class WebSocketStream final : public http::WebSocketHandler, public FrameSink {
 public:
  // `service` must outlive it.
  WebSocketStream(InteractService& service, auth::Principal principal)
      : service_(service), principal_(std::move(principal)) {}

  void OnOpen(std::shared_ptr<http::WebSocket> socket) override;
  void OnMessage(std::string message, bool binary) override;
  void OnTooBig() override;
  void OnSent() override;
  void OnClosed() override;

  void Send(StreamFrame frame) override;
  void End(StreamEnd reason) override;

 private:
  InteractService& service_;
  const auth::Principal principal_;
  // Both are set by OnOpen() before any other call.
  std::shared_ptr<http::WebSocket> socket_;
  std::shared_ptr<InteractSession> session_;
};

// The update that a text message holds. kInvalidRequest with the reason; `sequence` is the update's as far as it can be
// read, else 0.
absl::StatusOr<v1::ViewUpdate> ParseUpdate(const std::string& message, uint64_t& sequence);

// The message of a frame.
http::WebSocketMessage FrameMessage(StreamFrame frame);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_WEB_SOCKET_STREAM_H_
