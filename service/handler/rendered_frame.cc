#include "service/handler/rendered_frame.h"

#include <string>

namespace vitrine::service {

void DescribePicture(const Picture& picture, v1::Picture& message) {
  message.set_media_type(std::string(picture.media_type));
  message.set_width(picture.width);
  message.set_height(picture.height);
  message.set_lossy(picture.lossy);
  if (picture.geometry) *message.mutable_geometry() = *picture.geometry;
}

v1::RenderedFrame DescribeFrame(const RenderResult& result) {
  v1::RenderedFrame frame;
  DescribePicture(*result.picture, *frame.mutable_picture());
  *frame.mutable_view() = result.canonical.view();
  *frame.mutable_output() = result.canonical.output();
  if (result.picture->window) *frame.mutable_view()->mutable_window() = *result.picture->window;
  const auto ms = [&](metrics::Span span) {
    return absl::ToDoubleMilliseconds(result.timings[static_cast<size_t>(span)]);
  };
  v1::RenderedFrame::Timings& timings = *frame.mutable_timings();
  timings.set_queue_ms(ms(metrics::Span::kQueue));
  timings.set_fetch_ms(ms(metrics::Span::kFetch));
  timings.set_decode_ms(ms(metrics::Span::kDecode));
  timings.set_render_ms(ms(metrics::Span::kRender));
  timings.set_encode_ms(ms(metrics::Span::kEncode));
  return frame;
}

}  // namespace vitrine::service
