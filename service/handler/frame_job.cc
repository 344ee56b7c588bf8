#include "service/handler/frame_job.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/status_macros.h"
#include "service/handler/tone_window.h"

namespace vitrine::service {
namespace {

absl::StatusOr<render::Region> ResolveRegion(const v1::SourceRegion& region, const image::Frame& frame) {
  render::Region resolved;
  resolved.left = region.left();
  resolved.top = region.top();
  resolved.width = region.has_width() ? region.width() : frame.columns - region.left();
  resolved.height = region.has_height() ? region.height() : frame.rows - region.top();
  const bool inside = resolved.left < frame.columns && resolved.top < frame.rows &&
                      resolved.left + resolved.width <= frame.columns && resolved.top + resolved.height <= frame.rows;
  if (!inside) return MakeError(ErrorCategory::kInvalidRequest, "the source region is not inside the image");
  return resolved;
}

int RoundedPixels(double size) { return std::max(1, static_cast<int>(std::lround(size))); }

}  // namespace

absl::StatusOr<FrameJob> MakeFrameJob(const v1::RenderRequest& canonical, const SourceFrame& source,
                                      const RenderLimits& limits) {
  const v1::View& view = canonical.view();
  const v1::Output& output = canonical.output();
  FrameJob result;
  render::RenderJob& job = result.job;
  job.frame = source.frame;
  job.tone = source.tone;
  const bool grey = source.frame->channels == 1;
  if (view.has_window()) {
    if (grey) {
      job.tone.voi = ToneWindow(view.window());
    } else {
      result.warnings.push_back("the window was ignored: it has no meaning for a colour image");
    }
  }
  if (view.frame().invert()) {
    if (grey) {
      job.tone.invert = !job.tone.invert;
    } else {
      result.warnings.push_back("the inversion was ignored: it has no meaning for a colour image");
    }
  }
  VITRINE_ASSIGN_OR_RETURN(job.source, ResolveRegion(view.frame().source_region(), *source.frame));
  job.flip_horizontal = view.frame().flip_horizontal();
  job.flip_vertical = view.frame().flip_vertical();
  job.bits = output.bits();
  double scale = 1;
  if (output.width() > 0) scale = std::min(output.width() / job.source.width, output.height() / job.source.height);
  job.width = RoundedPixels(job.source.width * scale);
  job.height = RoundedPixels(job.source.height * scale);
  if (job.width > limits.max_output_dimension || job.height > limits.max_output_dimension ||
      static_cast<int64_t>(job.width) * job.height > limits.max_output_pixels) {
    return MakeError(ErrorCategory::kTooLarge, "the picture would be over the server's limit; ask for a viewport");
  }
  return result;
}

}  // namespace vitrine::service
