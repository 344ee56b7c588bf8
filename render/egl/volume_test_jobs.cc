#include "render/egl/volume_test_jobs.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <type_traits>

#include "render/test_jobs.h"

namespace vitrine::render::egl {
namespace {

using image::Lattice;
using image::SampleType;
using image::TransferFunction;
using image::Vector3;
using image::VoiFunction;
using image::Volume;

using Field = std::function<double(int i, int j, int k)>;

template <typename Sample>
void Fill(const Field& field, Volume& volume) {
  auto* voxels = reinterpret_cast<Sample*>(volume.voxels.data());
  const Lattice& lattice = volume.lattice;
  for (int k = 0; k < lattice.slices; ++k) {
    for (int j = 0; j < lattice.rows; ++j) {
      for (int i = 0; i < lattice.columns; ++i) {
        const double value = field(i, j, k);
        *voxels++ = static_cast<Sample>(std::is_integral_v<Sample> ? std::round(value) : value);
      }
    }
  }
}

// In [low, high].
Field Waves(double low, double high) {
  auto random = std::make_shared<std::mt19937>(7);
  return [=](int i, int j, int k) {
    const double wave = (std::sin(0.5 * i) + std::cos(0.4 * j + 0.2 * k) + std::sin(0.7 * k)) / 3;
    const double noise = (*random)() / 4294967295.0;
    return low + (high - low) * (0.4 * (wave + 1) + 0.2 * noise);
  };
}

std::shared_ptr<TransferFunction> SoftFunction(bool shaded) {
  auto function = std::make_shared<TransferFunction>();
  function->points = {{-300, 0.1, 0.2, 0.3, 0}, {-50, 0.9, 0.4, 0.2, 0.05}, {100, 1, 0.8, 0.7, 0},
                      {150, 0, 1, 0, 0},        {600, 1, 1, 0.9, 0.6},      {900, 0.5, 0.5, 1, 0.9}};
  function->shaded = shaded;
  return function;
}

}  // namespace

Lattice Sheared() { return {29, 23, 19, {-10, 5, 40}, {0.7, 0, 0.1}, {0, 0.6, 0}, {0.2, -0.4, 1.9}}; }

std::shared_ptr<Volume> MakeVolume(const Lattice& lattice, SampleType type, const Field& field) {
  auto volume = std::make_shared<Volume>();
  volume->lattice = lattice;
  volume->type = type;
  volume->voxels = image::VoxelBuffer(volume->voxel_count() * image::BytesPerSample(type));
  switch (type) {
    case SampleType::kUint8: Fill<uint8_t>(field, *volume); break;
    case SampleType::kUint16: Fill<uint16_t>(field, *volume); break;
    case SampleType::kInt16: Fill<int16_t>(field, *volume); break;
    case SampleType::kFloat32: Fill<float>(field, *volume); break;
  }
  return volume;
}

std::shared_ptr<Volume> WavesOf(SampleType type) {
  switch (type) {
    case SampleType::kUint8: return MakeVolume(Sheared(), type, Waves(0, 255));
    case SampleType::kUint16: return MakeVolume(Sheared(), type, Waves(47000, 49500));
    case SampleType::kInt16: return MakeVolume(Sheared(), type, Waves(-1024, 3000));
    case SampleType::kFloat32: return MakeVolume(Sheared(), type, Waves(-20.5, 900.25));
  }
  return nullptr;
}

image::ToneCurve ToneOf(SampleType type, double width) {
  switch (type) {
    case SampleType::kUint8: return Windowed(128, width, VoiFunction::kLinear);
    case SampleType::kUint16: return Windowed(48000, width, VoiFunction::kLinear);
    case SampleType::kInt16: return Windowed(900, width, VoiFunction::kLinear);
    case SampleType::kFloat32: return Windowed(440, width, VoiFunction::kLinear);
  }
  return {};
}

std::shared_ptr<Volume> Ball(int size) {
  const Lattice lattice = {size, size, size, {0, 0, 0}, {0.8, 0, 0}, {0, 0.8, 0}, {0, 0.1, 1.1}};
  const double middle = (size - 1) / 2.0;
  return MakeVolume(lattice, SampleType::kInt16, [=](int i, int j, int k) {
    const double radius = std::sqrt(std::pow(i - middle, 2) + std::pow(j - middle, 2) + std::pow(k - middle, 2));
    return std::clamp(1000 * (0.35 * size - radius) / 4, -1000.0, 1000.0);
  });
}

void Pad(const std::function<bool(int, int, int)>& inside, Volume& volume) {
  volume.padding.assign((volume.voxel_count() + 63) / 64, 0);
  size_t n = 0;
  for (int k = 0; k < volume.lattice.slices; ++k) {
    for (int j = 0; j < volume.lattice.rows; ++j) {
      for (int i = 0; i < volume.lattice.columns; ++i, ++n) {
        if (inside(i, j, k)) volume.padding[n / 64] |= uint64_t{1} << n % 64;
      }
    }
  }
}

VolumeJob Oblique(std::shared_ptr<const Volume> volume, Reduction reduction, int samples) {
  const Lattice& lattice = volume->lattice;
  VolumeJob job;
  job.right = {0.71, 0.13, -0.06};
  job.down = {-0.11, 0.62, 0.09};
  job.step = {0.17, -0.21, 0.37};
  job.samples = samples;
  job.reduction = reduction;
  job.width = 57;
  job.height = 49;
  const Vector3 middle = {(lattice.columns - 1) / 2.0, (lattice.rows - 1) / 2.0, (lattice.slices - 1) / 2.0};
  job.origin = middle - (job.width / 2.0) * job.right - (job.height / 2.0) * job.down - (samples / 2.0) * job.step;
  job.volume = std::move(volume);
  job.tone = Windowed(300, 400, VoiFunction::kLinear);
  return job;
}

VolumeJob Composite(std::shared_ptr<const Volume> volume, bool shaded, int samples) {
  VolumeJob job = Oblique(std::move(volume), Reduction::kComposite, samples);
  job.transfer_function = SoftFunction(shaded);
  return job;
}

}  // namespace vitrine::render::egl
