#include "render/reference/reference_renderer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/status_macros.h"
#include "render/reference/reference_volume.h"
#include "render/resample_weights.h"

namespace vitrine::render {
namespace {

using image::Frame;
using image::SampleType;

// Half up, where an exact half stays one although the sums before it were rounded in double precision.
constexpr double kHalf = 0.5 + 1e-9;

// One channel.
struct Plane {
  int width = 0;
  int height = 0;
  std::vector<double> values;

  Plane(int w, int h) : width(w), height(h), values(static_cast<size_t>(w) * h) {}
  double& at(int x, int y) { return values[static_cast<size_t>(y) * width + x]; }
  double at(int x, int y) const { return values[static_cast<size_t>(y) * width + x]; }
};

double Stored(const Frame& frame, int x, int y, int channel) {
  const size_t index = static_cast<size_t>(x) * frame.channels + channel;
  switch (frame.type) {
    case SampleType::kUint8: return frame.row<uint8_t>(y)[index];
    case SampleType::kUint16: return frame.row<uint16_t>(y)[index];
    case SampleType::kInt16: return frame.row<int16_t>(y)[index];
    case SampleType::kFloat32: return frame.row<float>(y)[index];
  }
  return 0;
}

double Display(const RenderJob& job, double stored) {
  if (job.frame->channels == 3) return std::min(stored / ((1 << job.frame->bits) - 1), 1.0);
  const double value = image::Evaluate(job.tone, stored);
  return std::isnan(value) ? 0 : value;
}

Plane Tone(const RenderJob& job, int channel) {
  Plane plane(job.frame->columns, job.frame->rows);
  for (int y = 0; y < plane.height; ++y) {
    for (int x = 0; x < plane.width; ++x) plane.at(x, y) = Display(job, Stored(*job.frame, x, y, channel));
  }
  return plane;
}

Plane ResampleRows(const Plane& input, const AxisWeights& axis) {
  Plane output(axis.output_size(), input.height);
  for (int y = 0; y < output.height; ++y) {
    for (int x = 0; x < output.width; ++x) {
      for (int t = 0; t < axis.taps; ++t) {
        output.at(x, y) += axis.weights[x * axis.taps + t] * input.at(axis.first[x] + t, y);
      }
    }
  }
  return output;
}

Plane Transposed(const Plane& input) {
  Plane output(input.height, input.width);
  for (int y = 0; y < output.height; ++y) {
    for (int x = 0; x < output.width; ++x) output.at(x, y) = input.at(y, x);
  }
  return output;
}

void Quantize(const Plane& plane, int channel, image::Raster& raster) {
  const double maximum = raster.bits == 8 ? 255 : 65535;
  for (int y = 0; y < plane.height; ++y) {
    for (int x = 0; x < plane.width; ++x) {
      const double value = std::floor(std::clamp(plane.at(x, y), 0.0, 1.0) * maximum + kHalf);
      const size_t index = (static_cast<size_t>(y) * plane.width + x) * raster.channels + channel;
      if (raster.bits == 8) {
        raster.samples[index] = static_cast<uint8_t>(value);
      } else {
        reinterpret_cast<uint16_t*>(raster.samples.data())[index] = static_cast<uint16_t>(value);
      }
    }
  }
}

}  // namespace

absl::StatusOr<image::Raster> ReferenceRenderer::Render(const RenderJob& job, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(Validate(job));
  VITRINE_RETURN_IF_ERROR(operation.Check());
  const Region& source = job.source;
  const AxisWeights x_axis =
      MakeAxisWeights(job.frame->columns, source.left, source.width, job.width, job.flip_horizontal);
  const AxisWeights y_axis = MakeAxisWeights(job.frame->rows, source.top, source.height, job.height, job.flip_vertical);
  image::Raster raster{job.width, job.height, job.frame->channels, job.bits, {}};
  raster.samples.resize(raster.row_bytes() * raster.height);
  for (int channel = 0; channel < raster.channels; ++channel) {
    const Plane narrowed = ResampleRows(Tone(job, channel), x_axis);
    Quantize(Transposed(ResampleRows(Transposed(narrowed), y_axis)), channel, raster);
  }
  return raster;
}

absl::StatusOr<image::Raster> ReferenceRenderer::RenderVolume(const VolumeJob& job, const Operation& operation) {
  return RenderVolumeReference(job, operation);
}

}  // namespace vitrine::render
