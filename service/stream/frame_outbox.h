#ifndef VITRINE_SERVICE_STREAM_FRAME_OUTBOX_H_
#define VITRINE_SERVICE_STREAM_FRAME_OUTBOX_H_

// What a session has to send, one frame at a time: errors first, then the picture, then what tells of a load. Of each
// only the newest few are kept.

#include <deque>
#include <optional>

#include "absl/time/time.h"
#include "service/stream/frame_sink.h"
#include "service/stream/quality_controller.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// A picture with what the quality of the next ones follows from.
struct OutgoingPicture {
  StreamFrame frame;
  v1::RenderRequest rendered;
  FrameCost cost;  // The delivery is measured here.
  absl::Time received;
};

// Not thread-safe.
class FrameOutbox {
 public:
  void AddError(v1::StreamError error);
  // Takes the place of one that has not been sent.
  void SetPicture(OutgoingPicture picture) { picture_ = std::move(picture); }
  // Progress, or a picture of what has been loaded so far; likewise.
  void SetLoading(StreamFrame frame) { loading_ = std::move(frame); }
  void DropLoading() { loading_.reset(); }
  bool has_loading() const { return loading_.has_value(); }
  void Clear();

  // Whether a frame is under way: none is given before Sent().
  bool sending() const { return sending_; }

  // The next frame, which is then under way; nullopt where there is none or one is under way.
  std::optional<StreamFrame> Next(absl::Time now);

  // The picture that is under way, without its bytes; null where no picture is.
  const OutgoingPicture* under_way() const { return under_way_ ? &*under_way_ : nullptr; }

  // The frame has been taken; of a picture, what it cost.
  std::optional<OutgoingPicture> Sent(absl::Time now);

 private:
  std::deque<StreamFrame> errors_;
  std::optional<OutgoingPicture> picture_;
  std::optional<StreamFrame> loading_;
  bool sending_ = false;
  std::optional<OutgoingPicture> under_way_;
  absl::Time begun_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_FRAME_OUTBOX_H_
