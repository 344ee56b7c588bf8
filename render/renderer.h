#ifndef VITRINE_RENDER_RENDERER_H_
#define VITRINE_RENDER_RENDERER_H_

// RenderJob or VolumeJob -> Raster. A job is plain data in which every DICOM rule is already resolved; a renderer only
// computes.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/operation.h"
#include "image/frame.h"
#include "image/raster.h"
#include "image/tone_curve.h"
#include "render/volume_job.h"

namespace vitrine::render {

// A rectangle of the source in pixels; (0, 0) is the outer corner of the top left pixel, so that a whole frame is
// {0, 0, columns, rows}. Fractions are meant.
struct Region {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
};

// A 2D view of one frame: tone curve (grey frames), then crop to `source`, flip, and scale to the output size.
//
// Tone first, scale second (PS3.4 N.2): display values are resampled, not stored values. Each axis is resampled on its
// own: by exact area coverage where it shrinks, by Catmull-Rom cubic convolution (a = -1/2) where it grows, by copying
// where the region covers whole pixels one to one. Outside the frame the nearest edge pixel counts; no pixel outside
// `source` but inside the frame is hidden from the filter. Results are clamped and rounded half up.
// RGB frames skip the tone curve: value / (2^bits - 1) is the display value.
struct RenderJob {
  std::shared_ptr<const image::Frame> frame;  // Required.
  image::ToneCurve tone;                      // Grey frames only.
  Region source;                              // Required; inside the frame, not empty.
  bool flip_horizontal = false;               // After the crop: the left edge of the region ends at the right.
  bool flip_vertical = false;
  int width = 0;  // Output pixels; required, 1 to 65535 each. The caller limits the product.
  int height = 0;
  int bits = 8;  // Of the raster: 8 or 16.
};

// Checks what the comments above require. INVALID_ARGUMENT says which field is wrong.
absl::Status Validate(const RenderJob& job);

struct RendererInfo {
  std::string backend;   // "simd", "egl", "reference".
  std::string vendor;    // GL_VENDOR, or "".
  std::string renderer;  // GL_RENDERER, or the instruction set of the SIMD path ("AVX2").
  bool software = true;  // Computes on the CPU.
};

// Thread-safe.
class Renderer {
 public:
  virtual ~Renderer() = default;

  // INVALID_ARGUMENT as Validate(); CANCELLED or DEADLINE_EXCEEDED as `operation` says, in the middle of a long job
  // too; RESOURCE_EXHAUSTED when the device has no memory for the job. After an error the renderer serves on. Every
  // byte of the raster is written.
  virtual absl::StatusOr<image::Raster> Render(const RenderJob& job, const Operation& operation) = 0;
  virtual absl::StatusOr<image::Raster> RenderVolume(const VolumeJob& job, const Operation& operation) = 0;

  // Constant over the renderer's life.
  virtual const RendererInfo& info() const = 0;
};

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_RENDERER_H_
