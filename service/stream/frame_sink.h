#ifndef VITRINE_SERVICE_STREAM_FRAME_SINK_H_
#define VITRINE_SERVICE_STREAM_FRAME_SINK_H_

// Where the frames of a stream go: the transport's side.

#include <memory>
#include <string>

#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

struct StreamFrame {
  v1::RenderedFrame frame;                     // Without the picture's bytes.
  std::shared_ptr<const std::string> picture;  // Null for progress and errors.
};

enum class StreamEnd {
  kFinished,  // The client sends no more updates, and all are answered.
  kIdle,      // No update for too long.
  kDraining,  // The server stops; another one can take over.
};

// Calls are made under the session's lock: they must neither block nor call the session.
class FrameSink {
 public:
  virtual ~FrameSink() = default;

  // Takes one frame; the session gives the next one after InteractSession::Sent().
  virtual void Send(StreamFrame frame) = 0;

  // Nothing more will be sent.
  virtual void End(StreamEnd reason) = 0;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_FRAME_SINK_H_
