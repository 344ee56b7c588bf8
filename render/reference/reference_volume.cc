#include "render/reference/reference_volume.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/status_macros.h"

namespace vitrine::render {
namespace {

using image::SampleType;
using image::Vector3;
using image::Volume;

// Half up, where an exact half stays one although the sums before it were rounded in double precision.
constexpr double kHalf = 0.5 + 1e-9;

double Stored(const Volume& volume, size_t index) {
  switch (volume.type) {
    case SampleType::kUint8: return volume.data<uint8_t>()[index];
    case SampleType::kUint16: return volume.data<uint16_t>()[index];
    case SampleType::kInt16: return volume.data<int16_t>()[index];
    case SampleType::kFloat32: return volume.data<float>()[index];
  }
  return 0;
}

// Which voxels of one axis count, and how much.
struct AxisTaps {
  int count = 2;
  std::array<int, 4> index = {};
  std::array<double, 4> weight = {};
};

AxisTaps TapsAt(double position, int size, Interpolation interpolation) {
  position = std::clamp(position, 0.0, size - 1.0);
  const int base = static_cast<int>(std::floor(position));
  const double t = position - base;
  AxisTaps taps;
  int first = base;
  if (interpolation == Interpolation::kLinear) {
    taps.weight = {1 - t, t};
  } else {
    first = base - 1;
    taps.count = 4;
    taps.weight = {((-0.5 * t + 1) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1, ((-1.5 * t + 2) * t + 0.5) * t,
                   (0.5 * t - 0.5) * t * t};
  }
  for (int i = 0; i < taps.count; ++i) taps.index[i] = std::clamp(first + i, 0, size - 1);
  return taps;
}

// Exactly `a` where both are the same: among equal voxels the gradient is zero, not the rounding of weights.
double Between(double a, double b, double t) { return a + t * (b - a); }

struct Color {
  double red = 0;
  double green = 0;
  double blue = 0;
};

// A colour c shows c * of_color + highlight.
struct Light {
  double of_color = 0;
  double highlight = 0;
};

// `sight` is the unit vector along the line of sight in patient space.
Light LightOn(const image::TransferFunction& function, const Vector3& gradient, const Vector3& sight) {
  const double length = Length(gradient);
  if (length == 0) return {function.ambient + function.diffuse, 0};
  const double cosine = std::abs(Dot(gradient, sight)) / length;
  return {function.ambient + function.diffuse * cosine, function.specular * std::pow(cosine, function.specular_power)};
}

class PixelRenderer {
 public:
  explicit PixelRenderer(const VolumeJob& job) : job_(job), volume_(*job.volume), clipper_(job) {}

  // Display value in [0, 1].
  double Reduce(int u, int v) const {
    const RayRange range = clipper_.Clip(u, v);
    double sum = 0;
    double minimum = std::numeric_limits<double>::infinity();
    double maximum = -minimum;
    int count = 0;
    for (int k = range.first; k < range.last; ++k) {
      const auto value = Interpolate(volume_, job_.interpolation, SamplePosition(job_, u, v, k));
      if (!value) continue;
      sum += *value;
      minimum = std::min(minimum, *value);
      maximum = std::max(maximum, *value);
      ++count;
    }
    if (count == 0) return 0;
    switch (job_.reduction) {
      case Reduction::kMaximum: return image::Evaluate(job_.tone, maximum);
      case Reduction::kMinimum: return image::Evaluate(job_.tone, minimum);
      default: return image::Evaluate(job_.tone, sum / count);
    }
  }

  Color Composite(int u, int v) const {
    const RayRange range = clipper_.Clip(u, v);
    const Vector3 step = volume_.lattice.steps() * job_.step_of(u);
    const double step_mm = Length(step);
    const Vector3 sight = step_mm > 0 ? Normalized(step) : Vector3{};
    Color color;
    double transmittance = 1;
    for (int k = range.first; k < range.last; ++k) {
      const Vector3 position = SamplePosition(job_, u, v, k);
      const auto stored = Interpolate(volume_, job_.interpolation, position);
      if (!stored) continue;
      const double value = volume_.rescale.slope * *stored + volume_.rescale.intercept;
      const image::TransferFunction::Point point = image::Evaluate(*job_.transfer_function, value);
      const double opacity = 1 - std::pow(1 - point.opacity, step_mm);
      if (opacity == 0) continue;
      const Color lit = Lit(point, position, job_.step_of(u), sight);
      color.red += transmittance * opacity * lit.red;
      color.green += transmittance * opacity * lit.green;
      color.blue += transmittance * opacity * lit.blue;
      transmittance *= 1 - opacity;
    }
    return color;
  }

 private:
  // The colour of one sample and its stretch; `step` in voxel coordinates, `sight` as for LightOn().
  Color Lit(const image::TransferFunction::Point& point, const Vector3& position, const Vector3& step,
            const Vector3& sight) const {
    const image::TransferFunction& function = *job_.transfer_function;
    if (!function.shaded) return {point.red, point.green, point.blue};
    const Vector3 begin = Gradient(volume_, position - 0.5 * step);
    const Vector3 end = Gradient(volume_, position + 0.5 * step);
    Light mean;
    for (int i = 0; i < kLightsPerSample; ++i) {
      const double t = (i + 0.5) / kLightsPerSample;
      const Light light = LightOn(function, begin + t * (end - begin), sight);
      mean.of_color += light.of_color / kLightsPerSample;
      mean.highlight += light.highlight / kLightsPerSample;
    }
    return {point.red * mean.of_color + mean.highlight, point.green * mean.of_color + mean.highlight,
            point.blue * mean.of_color + mean.highlight};
  }

  const VolumeJob& job_;
  const Volume& volume_;
  const RayClipper clipper_;
};

void Put(image::Raster& raster, size_t index, double value) {
  const double maximum = raster.bits == 8 ? 255 : 65535;
  const double rounded = std::floor(std::clamp(value, 0.0, 1.0) * maximum + kHalf);
  if (raster.bits == 8) {
    raster.samples[index] = static_cast<uint8_t>(rounded);
  } else {
    reinterpret_cast<uint16_t*>(raster.samples.data())[index] = static_cast<uint16_t>(rounded);
  }
}

}  // namespace

std::optional<double> Interpolate(const Volume& volume, Interpolation interpolation, Vector3 voxel) {
  const image::Lattice& lattice = volume.lattice;
  const AxisTaps x = TapsAt(voxel.x, lattice.columns, interpolation);
  const AxisTaps y = TapsAt(voxel.y, lattice.rows, interpolation);
  const AxisTaps z = TapsAt(voxel.z, lattice.slices, interpolation);
  double sum = 0;
  double weights = 0;
  double magnitude = 0;
  double kept_magnitude = 0;
  for (int c = 0; c < z.count; ++c) {
    for (int b = 0; b < y.count; ++b) {
      for (int a = 0; a < x.count; ++a) {
        const size_t index =
            (static_cast<size_t>(z.index[c]) * lattice.rows + y.index[b]) * lattice.columns + x.index[a];
        const double weight = x.weight[a] * y.weight[b] * z.weight[c];
        magnitude += std::abs(weight);
        if (volume.is_padding(index)) continue;
        kept_magnitude += std::abs(weight);
        weights += weight;
        sum += weight * Stored(volume, index);
      }
    }
  }
  if (kept_magnitude < (0.5 - kPaddingTolerance) * magnitude) return std::nullopt;
  return sum / weights;
}

Vector3 Gradient(const Volume& volume, const Vector3& voxel) {
  const image::Lattice& lattice = volume.lattice;
  const auto at = [&](const Vector3& offset) {
    // Padding voxels count as what they hold.
    const Vector3 p = voxel + offset;
    const AxisTaps x = TapsAt(p.x, lattice.columns, Interpolation::kLinear);
    const AxisTaps y = TapsAt(p.y, lattice.rows, Interpolation::kLinear);
    const AxisTaps z = TapsAt(p.z, lattice.slices, Interpolation::kLinear);
    const auto row = [&](int b, int c) {
      const size_t first = (static_cast<size_t>(z.index[c]) * lattice.rows + y.index[b]) * lattice.columns;
      return Between(Stored(volume, first + x.index[0]), Stored(volume, first + x.index[1]), x.weight[1]);
    };
    const auto plane = [&](int c) { return Between(row(0, c), row(1, c), y.weight[1]); };
    return volume.rescale.slope * Between(plane(0), plane(1), z.weight[1]);
  };
  const Vector3 along_lattice{(at({1, 0, 0}) - at({-1, 0, 0})) / 2, (at({0, 1, 0}) - at({0, -1, 0})) / 2,
                              (at({0, 0, 1}) - at({0, 0, -1})) / 2};
  // A gradient transforms with the inverse transpose of the map from voxels to millimetres.
  return Transposed(Inverse(lattice.steps())) * along_lattice;
}

absl::StatusOr<image::Raster> RenderVolumeReference(const VolumeJob& job, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(Validate(job));
  const bool composite = job.reduction == Reduction::kComposite;
  image::Raster raster{job.width, job.height, composite ? 3 : 1, job.bits, {}};
  raster.samples.resize(raster.row_bytes() * raster.height);
  const PixelRenderer pixels(job);
  for (int v = 0; v < job.height; ++v) {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    for (int u = 0; u < job.width; ++u) {
      const size_t pixel = static_cast<size_t>(v) * job.width + u;
      if (!composite) {
        Put(raster, pixel, pixels.Reduce(u, v));
        continue;
      }
      const Color color = pixels.Composite(u, v);
      Put(raster, 3 * pixel, color.red);
      Put(raster, 3 * pixel + 1, color.green);
      Put(raster, 3 * pixel + 2, color.blue);
    }
  }
  return raster;
}

}  // namespace vitrine::render
