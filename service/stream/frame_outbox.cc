#include "service/stream/frame_outbox.h"

#include <utility>

namespace vitrine::service {
namespace {

constexpr size_t kMostErrors = 8;  // Of a flood the last ones count.

}  // namespace

void FrameOutbox::AddError(v1::StreamError error) {
  if (errors_.size() == kMostErrors) errors_.pop_front();
  *errors_.emplace_back().frame.mutable_error() = std::move(error);
}

void FrameOutbox::Clear() {
  errors_.clear();
  picture_.reset();
  loading_.reset();
}

std::optional<StreamFrame> FrameOutbox::Next(absl::Time now) {
  if (sending_) return std::nullopt;
  std::optional<StreamFrame> next;
  if (!errors_.empty()) {
    next = std::move(errors_.front());
    errors_.pop_front();
  } else if (picture_) {
    next = std::move(picture_->frame);
    under_way_ = std::exchange(picture_, std::nullopt);
  } else if (loading_) {
    next = std::exchange(loading_, std::nullopt);
  }
  sending_ = next.has_value();
  begun_ = now;
  return next;
}

std::optional<OutgoingPicture> FrameOutbox::Sent(absl::Time now) {
  sending_ = false;
  if (under_way_) under_way_->cost.delivery = now - begun_;
  return std::exchange(under_way_, std::nullopt);
}

}  // namespace vitrine::service
