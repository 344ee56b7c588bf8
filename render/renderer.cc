#include "render/renderer.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "render/validate_tone.h"

namespace vitrine::render {
namespace {

constexpr int kMaxSide = 65535;
constexpr double kTolerance = 1e-6;  // Of a region's far edge, in pixels: callers compute it by division.

absl::Status Invalid(absl::string_view what) {
  return MakeError(ErrorCategory::kInvalidRequest, absl::StrCat("Render job: ", what));
}

int MaxBits(image::SampleType type) {
  switch (type) {
    case image::SampleType::kUint8: return 8;
    case image::SampleType::kUint16:
    case image::SampleType::kInt16: return 16;
    case image::SampleType::kFloat32: return 32;
  }
  return 0;
}

absl::Status ValidateFrame(const image::Frame& frame) {
  using image::SampleType;
  if (frame.columns < 1 || frame.rows < 1) return Invalid("frame has no pixels");
  if (frame.channels != 1 && frame.channels != 3) return Invalid("frame.channels must be 1 or 3");
  if (frame.channels == 3 && frame.type != SampleType::kUint8 && frame.type != SampleType::kUint16) {
    return Invalid("frame.type of RGB must be unsigned");
  }
  const bool is_float = frame.type == SampleType::kFloat32;
  if (!is_float && (frame.bits < 1 || frame.bits > MaxBits(frame.type))) return Invalid("frame.bits out of range");
  const size_t rows = frame.size_bytes() / frame.row_bytes();  // Dividing cannot overflow.
  if (rows != static_cast<size_t>(frame.rows) || frame.size_bytes() % frame.row_bytes() != 0) {
    return Invalid("frame.samples has the wrong size");
  }
  return absl::OkStatus();
}

absl::Status ValidateAxis(double begin, double length, int size, absl::string_view name) {
  if (!std::isfinite(begin) || !std::isfinite(length)) return Invalid(absl::StrCat(name, " is not finite"));
  if (length <= 0) return Invalid(absl::StrCat(name, " is empty"));
  if (begin < 0 || begin >= size || begin + length > size + kTolerance) {
    return Invalid(absl::StrCat(name, " reaches outside the frame"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const RenderJob& job) {
  if (job.frame == nullptr) return Invalid("frame is missing");
  VITRINE_RETURN_IF_ERROR(ValidateFrame(*job.frame));
  if (job.frame->channels == 1) VITRINE_RETURN_IF_ERROR(ValidateTone(job.tone));
  VITRINE_RETURN_IF_ERROR(ValidateAxis(job.source.left, job.source.width, job.frame->columns, "source, horizontally,"));
  VITRINE_RETURN_IF_ERROR(ValidateAxis(job.source.top, job.source.height, job.frame->rows, "source, vertically,"));
  if (job.width < 1 || job.width > kMaxSide) return Invalid("width must be 1 to 65535");
  if (job.height < 1 || job.height > kMaxSide) return Invalid("height must be 1 to 65535");
  if (job.bits != 8 && job.bits != 16) return Invalid("bits must be 8 or 16");
  return absl::OkStatus();
}

}  // namespace vitrine::render
