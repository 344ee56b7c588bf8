#include "render/simd/composite_phantoms.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace vitrine::render {

using image::Lattice;
using image::SampleType;
using image::TransferFunction;
using image::Vector3;
using image::Volume;

namespace {

void Store(Volume& volume, size_t index, double stored) {
  switch (volume.type) {
    case SampleType::kUint8:
      volume.voxels.data()[index] = static_cast<uint8_t>(std::clamp(std::round(stored), 0.0, 255.0));
      return;
    case SampleType::kUint16:
      reinterpret_cast<uint16_t*>(volume.voxels.data())[index] = static_cast<uint16_t>(std::round(stored));
      return;
    case SampleType::kInt16:
      reinterpret_cast<int16_t*>(volume.voxels.data())[index] = static_cast<int16_t>(std::round(stored));
      return;
    case SampleType::kFloat32: reinterpret_cast<float*>(volume.voxels.data())[index] = static_cast<float>(stored);
  }
}

}  // namespace

std::shared_ptr<Volume> Make(const Phantom& phantom, const Field& field) {
  auto volume = std::make_shared<Volume>();
  const Lattice& lattice = phantom.lattice;
  volume->lattice = lattice;
  volume->type = phantom.type;
  volume->rescale = phantom.rescale;
  volume->voxels = image::VoxelBuffer(volume->voxel_count() * image::BytesPerSample(phantom.type));
  if (phantom.is_padding) volume->padding.resize((volume->voxel_count() + 63) / 64);
  double smallest = 1e300;
  for (const bool padding : {false, true}) {
    for (int k = 0; k < lattice.slices; ++k) {
      for (int j = 0; j < lattice.rows; ++j) {
        for (int i = 0; i < lattice.columns; ++i) {
          const size_t index = (static_cast<size_t>(k) * lattice.rows + j) * lattice.columns + i;
          if (phantom.is_padding && phantom.is_padding(i, j, k) != padding) continue;
          const double value = field({1.0 * i, 1.0 * j, 1.0 * k});
          const double stored = (value - phantom.rescale.intercept) / phantom.rescale.slope;
          if (!padding) smallest = std::min(smallest, stored);
          Store(*volume, index, padding ? smallest : stored);
          if (padding) volume->padding[index / 64] |= uint64_t{1} << index % 64;
        }
      }
    }
    if (!phantom.is_padding) break;
  }
  return volume;
}

Field Sphere(double radius, double softness, double inside, double outside) {
  return [=](const Vector3& p) {
    const double distance = Length(p - Vector3{19, 17, 14.5});
    const double t = std::clamp((radius - distance) / softness + 0.5, 0.0, 1.0);
    return outside + t * (inside - outside);
  };
}

double NestedSpheres(const Vector3& p) {
  const auto within = [&p](double radius, const Vector3& center) {
    return std::clamp((radius - Length(p - center)) / 1.5 + 0.5, 0.0, 1.0);
  };
  double value = -1000 + 1040 * within(13, {20, 17, 14});
  value += 800 * within(5, {17, 19, 15});
  value += 300 * within(2.5, {26, 13, 11});
  return value;
}

double Noise(const Vector3& p) {
  auto seed = static_cast<uint32_t>(p.x * 73856093) ^ static_cast<uint32_t>(p.y * 19349663) ^
              static_cast<uint32_t>(p.z * 83492791);
  seed = (seed ^ seed >> 15) * 0x2c1b3c6du;
  return (seed >> 8) % 2000 - 1000.0;
}

TransferFunction Bone() {
  TransferFunction function;
  function.points = {
      {150, 0.5, 0.2, 0.1, 0}, {250, 0.7, 0.5, 0.3, 0.1}, {500, 1, 0.9, 0.7, 0.7}, {3000, 1, 1, 1, 0.95}};
  return function;
}

TransferFunction Translucent() {
  TransferFunction function;
  function.points = {
      {-900, 0.2, 0.5, 0.9, 0}, {-200, 0.3, 0.9, 0.4, 0.03}, {100, 0.9, 0.2, 0.3, 0.08}, {900, 1, 1, 0.9, 0.3}};
  return function;
}

TransferFunction Shells(double ramp) {
  TransferFunction function;
  function.points = {{-501 - ramp, 0.9, 0.3, 0.2, 0}, {-501, 0.9, 0.3, 0.2, 0.5},   {-480, 0.9, 0.6, 0.2, 0.5},
                     {-480 + ramp, 0.9, 0.6, 0.2, 0}, {300 - ramp, 0.1, 0.4, 1, 0}, {300, 0.1, 0.4, 1, 0.9}};
  return function;
}

TransferFunction Unshaded(TransferFunction function) {
  function.shaded = false;
  return function;
}

VolumeJob View(std::shared_ptr<const Volume> volume, const TransferFunction& function, Vector3 forward,
               double step_mm) {
  constexpr int kSize = 48;
  const Lattice& lattice = volume->lattice;
  forward = Normalized(forward);
  const Vector3 right = Normalized(Cross(forward, std::abs(forward.z) > 0.9 ? Vector3{0, 1, 0} : Vector3{0, 0, 1}));
  const Vector3 down = Cross(forward, right);
  const image::Box box = BoundingBox(lattice);
  const double extent = Length(box.maximum - box.minimum);
  const double pixel = 0.75 * extent / kSize;
  const Vector3 start = 0.5 * (box.minimum + box.maximum) - (0.5 * extent) * forward -
                        (0.5 * (kSize - 1) * pixel) * right - (0.5 * (kSize - 1) * pixel) * down;
  const image::Matrix3 to_voxels = Inverse(lattice.steps());
  VolumeJob job;
  job.origin = ToVoxel(lattice, start);
  job.right = to_voxels * (pixel * right);
  job.down = to_voxels * (pixel * down);
  job.step = to_voxels * (step_mm * forward);
  job.samples = static_cast<int>(extent / step_mm) + 1;
  job.width = kSize;
  job.height = kSize - 1;
  job.volume = std::move(volume);
  job.transfer_function = std::make_shared<const TransferFunction>(function);
  job.reduction = Reduction::kComposite;
  return job;
}

}  // namespace vitrine::render
