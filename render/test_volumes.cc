#include "render/test_volumes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace vitrine::render {
namespace {

using image::Lattice;
using image::SampleType;
using image::Vector3;
using image::Volume;

template <typename Sample>
void Fill(Volume& volume, const std::function<double(const Vector3&)>& value,
          const std::function<bool(const Vector3&)>& padding) {
  auto* samples = reinterpret_cast<Sample*>(volume.voxels.data());
  Sample smallest = std::numeric_limits<Sample>::max();
  std::vector<size_t> left_out;
  size_t index = 0;
  for (int k = 0; k < volume.lattice.slices; ++k) {
    for (int j = 0; j < volume.lattice.rows; ++j) {
      for (int i = 0; i < volume.lattice.columns; ++i, ++index) {
        const Vector3 voxel{static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)};
        if (padding(voxel)) {
          left_out.push_back(index);
          continue;
        }
        const double v = value(voxel);
        samples[index] = static_cast<Sample>(std::is_integral_v<Sample> ? std::floor(v + 0.5) : v);
        smallest = std::min(smallest, samples[index]);
      }
    }
  }
  if (!left_out.empty()) volume.padding.resize((volume.voxel_count() + 63) / 64);
  for (const size_t voxel : left_out) {
    samples[voxel] = smallest;
    volume.padding[voxel / 64] |= uint64_t{1} << (voxel % 64);
  }
}

// In [0, 1), another for each voxel and seed.
double Noise(const Vector3& voxel, uint32_t seed) {
  uint32_t h = seed;
  for (const double coordinate : {voxel.x, voxel.y, voxel.z}) {
    h = (h ^ static_cast<uint32_t>(coordinate)) * 0x9E3779B1u;
    h ^= h >> 15;
  }
  return (h * 0x85EBCA77u >> 8) / 16777216.0;
}

struct Limits {
  double low;
  double high;
};

Limits RangeOf(SampleType type) {
  switch (type) {
    case SampleType::kUint8: return {0, 255};
    case SampleType::kUint16: return {0, 65535};
    default: return {-1000, 2000};
  }
}

// In [0, 1]; `p` runs from 0 to 1 through the volume along each axis.
double Phantom(const Vector3& p) {
  if (Length(p - Vector3{0.35, 0.4, 0.6}) < 0.2) return 0.9;
  if (std::hypot(p.x - 0.7, p.z - 0.3) < 0.1) return 0.05;
  return 0.2 + 0.3 * p.x + 0.1 * p.y * p.y + 0.15 * p.z;
}

}  // namespace

std::vector<NamedLattice> LatticeCases() {
  std::vector<NamedLattice> cases;
  cases.push_back({"anisotropic", {37, 29, 23, {-20, 30, -40}, {0.7, 0, 0}, {0, 0.7, 0}, {0, 0, 1.9}}});
  cases.push_back({"rotated", {21, 34, 18, {5, 6, 7}, {0.6, 0.8, 0}, {-0.48, 0.36, 0.8}, {0.64, -0.48, 0.6}}});
  cases.push_back({"sheared", {33, 26, 19, {0, 0, 0}, {0.9, 0, 0}, {0, 0.8, 0.2}, {0, 0.3, 2.5}}});
  cases.push_back({"mirrored", {19, 40, 16, {9, 0, 3}, {-1, 0, 0}, {0, 1, 0}, {0, 0, -3}}});
  cases.push_back({"one slice", {35, 30, 1, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 5}}});
  cases.push_back({"one row", {35, 1, 20, {0, 0, 0}, {1, 0, 0}, {0, 4, 0}, {0, 0, 1}}});
  cases.push_back({"one column", {1, 31, 20, {0, 0, 0}, {4, 0, 0}, {0, 1, 0}, {0, 0, 1}}});
  cases.push_back({"one voxel", {1, 1, 1, {0, 0, 0}, {4, 0, 0}, {0, 1, 0}, {0, 0, 1}}});
  return cases;
}

std::shared_ptr<const Volume> FillVolume(const Lattice& lattice, SampleType type,
                                         const std::function<double(const Vector3&)>& value,
                                         const std::function<bool(const Vector3&)>& padding) {
  Volume volume;
  volume.lattice = lattice;
  volume.type = type;
  volume.voxels = image::VoxelBuffer(volume.voxel_count() * image::BytesPerSample(type));
  switch (type) {
    case SampleType::kUint8: Fill<uint8_t>(volume, value, padding); break;
    case SampleType::kUint16: Fill<uint16_t>(volume, value, padding); break;
    case SampleType::kInt16: Fill<int16_t>(volume, value, padding); break;
    case SampleType::kFloat32: Fill<float>(volume, value, padding); break;
  }
  return std::make_shared<const Volume>(std::move(volume));
}

std::shared_ptr<const Volume> MakePhantom(const Lattice& lattice, SampleType type, PhantomPadding padding) {
  const Limits limits = RangeOf(type);
  const auto relative = [&](const Vector3& voxel) {
    return Vector3{(voxel.x + 0.5) / lattice.columns, (voxel.y + 0.5) / lattice.rows, (voxel.z + 0.5) / lattice.slices};
  };
  const auto value = [&](const Vector3& voxel) {
    return limits.low + (limits.high - limits.low) * (0.9 * Phantom(relative(voxel)) + 0.1 * Noise(voxel, 1));
  };
  const auto is_padding = [&](const Vector3& voxel) {
    const Vector3 p = relative(voxel);
    if (padding == PhantomPadding::kNone) return false;
    if (std::hypot(p.x - 0.5, p.y - 0.55) > 0.4) return true;
    return padding == PhantomPadding::kAnywhere && Noise(voxel, 2) < 0.2 * p.z;
  };
  return FillVolume(lattice, type, value, is_padding);
}

namespace {

// Makes the cases of one volume.
class CaseMaker {
 public:
  explicit CaseMaker(std::shared_ptr<const Volume> volume) : volume_(std::move(volume)), lattice_(volume_->lattice) {}

  std::vector<NamedVolumeJob> Make() {
    AddPlanes();
    AddSlabs();
    AddCurves();
    return std::move(cases_);
  }

 private:
  Vector3 center() const {
    return {(lattice_.columns - 1) / 2.0, (lattice_.rows - 1) / 2.0, (lattice_.slices - 1) / 2.0};
  }

  // A picture with the middle of the volume at its own.
  VolumeJob Centered(Vector3 right, Vector3 down, Vector3 step, int samples, int width, int height) const {
    VolumeJob job;
    job.volume = volume_;
    job.right = right;
    job.down = down;
    job.step = step;
    job.samples = samples;
    job.width = width;
    job.height = height;
    job.origin = center() - (width - 1) / 2.0 * right - (height - 1) / 2.0 * down - (samples - 1) / 2.0 * step;
    SetTone(job);
    return job;
  }

  // Windows from narrow to wide, every kind in turn.
  void SetTone(VolumeJob& job) const {
    const Limits limits = RangeOf(volume_->type);
    const double middle = limits.low + 0.4 * (limits.high - limits.low);
    switch (cases_.size() % 4) {
      case 0: job.tone.voi = image::Window{middle, 100, image::VoiFunction::kLinear}; break;
      case 1: job.tone.voi = image::Range{limits.low, limits.high}; break;
      case 2: job.tone.voi = image::Window{middle, 400, image::VoiFunction::kSigmoid}; break;
      case 3: job.tone.voi = image::Window{middle * 2 - 5, 800, image::VoiFunction::kLinearExact}; break;
    }
    if (cases_.size() % 4 == 3) {
      job.tone.modality = image::Rescale{2, -5};
      job.tone.invert = true;
    }
    job.bits = cases_.size() % 5 == 4 ? 16 : 8;
  }

  void Add(std::string name, VolumeJob job) { cases_.push_back({std::move(name), std::move(job)}); }

  void AddCubic(const std::string& name, VolumeJob job) {
    job.interpolation = Interpolation::kCubic;
    Add(name + ", cubic", std::move(job));
  }

  void AddPlane(const std::string& name, Vector3 right, Vector3 down, int width, int height, Vector3 shift = {}) {
    VolumeJob job = Centered(right, down, {}, 1, width, height);
    job.origin = job.origin + shift;
    Add(name, job);
  }

  void AddPlanes() {
    AddPlane("axial", {1, 0, 0}, {0, 1, 0}, lattice_.columns, lattice_.rows);
    AddPlane("axial between voxels", {1, 0, 0}, {0, 1, 0}, 47, 45, {0.25, 0.5, 0.3});
    AddPlane("sagittal", {0, 1, 0}, {0, 0, -0.4}, 40, 66);
    AddPlane("coronal, mirrored", {-0.9, 0, 0}, {0, 0, 0.5}, 45, 30);
    AddPlane("oblique", {0.71, 0.42, 0.13}, {-0.3, 0.6, 0.25}, 67, 51);
    AddCubic("oblique", cases_.back().job);
    AddPlane("oblique, zoomed", {0.051, 0.032, 0.013}, {-0.03, 0.06, 0.025}, 90, 70);
    AddCubic("oblique, zoomed", cases_.back().job);
    AddPlane("oblique, tiny", {7, 0.5, 0.3}, {1.5, 11, -3}, 8, 5);
    AddPlane("one pixel", {1, 0, 0}, {0, 1, 0}, 1, 1, {0.2, -0.3, 0.1});
    AddPlane("one column", {1, 0, 0}, {0.2, 0.7, 0.2}, 1, 70);
    AddPlane("one row", {0.3, 0.7, 0.2}, {0, 1, 0}, 70, 1);
    AddPlane("outside", {1, 0, 0}, {0, 1, 0}, 20, 20, {0, 0, 1e6});
    AddPlane("at an edge", {0.8, 0.1, 0}, {0, 0.9, 0.1}, 60, 50, {lattice_.columns / 2.0, lattice_.rows / 2.0, 0});
    AddPlane("on the first face", {0.8, 0, 0}, {0, 0.8, 0}, 50, 40, {0, 0, -lattice_.slices / 2.0});
    AddPlane("on the last face", {0, 0.8, 0}, {0, 0, 0.8}, 40, 40, {lattice_.columns / 2.0, 0, 0});
    AddPlane("far steps", {1e5, 0, 0}, {0, -1e7, 1}, 5, 5);
  }

  void AddSlab(const std::string& name, const VolumeJob& job) {
    VolumeJob slab = job;
    const std::pair<const char*, Reduction> reductions[] = {
        {", maximum", Reduction::kMaximum}, {", minimum", Reduction::kMinimum}, {", mean", Reduction::kMean}};
    for (const auto& [suffix, reduction] : reductions) {
      SetTone(slab);
      slab.reduction = reduction;
      Add(name + suffix, slab);
    }
  }

  void AddSlabs() {
    AddSlab("axial slab", Centered({1, 0, 0}, {0, 1, 0}, {0, 0, 0.5}, 9, 41, 33));
    AddSlab("oblique slab", Centered({0.71, 0.42, 0.13}, {-0.3, 0.6, 0.25}, {0.1, -0.2, 0.33}, 37, 60, 40));
    AddCubic("oblique slab", Centered({0.71, 0.42, 0.13}, {-0.3, 0.6, 0.25}, {0.1, -0.2, 0.33}, 7, 30, 20));
    AddSlab("projection", Centered({0.9, 0, 0}, {0, 0, -0.6}, {0, 0.5, 0}, 99, 45, 40));
    AddSlab("oblique projection", Centered({0.8, 0.3, 0}, {-0.1, 0.3, 0.5}, {0.3, -0.6, 0.3}, 150, 40, 35));
    AddSlab("slab of long steps", Centered({0.8, 0.3, 0}, {-0.1, 0.3, 0.5}, {5, -3, 4}, 12, 40, 35));
    VolumeJob job = Centered({0.71, 0.42, 0.13}, {-0.3, 0.6, 0.25}, {0.1, -0.2, 0.33}, 37, 60, 40);
    const image::Box box = BoundingBox(lattice_);
    const Vector3 size = box.maximum - box.minimum;
    job.crop = {box.minimum + Vector3{0.3 * size.x, 0.1 * size.y, 0.2 * size.z},
                box.minimum + Vector3{0.8 * size.x, 0.9 * size.y, 0.6 * size.z}};
    AddSlab("cropped slab", job);
    job = Centered({0.71, 0.42, 0.13}, {-0.3, 0.6, 0.25}, {}, 1, 60, 40);
    job.crop = cases_.back().job.crop;
    Add("cropped plane", job);
    job.crop = {box.minimum - 2.0 * size, box.minimum - size};
    Add("cropped away", job);
  }

  void AddCurves() {
    VolumeJob job = Centered({}, {}, {}, 1, 53, 44);
    for (int u = 0; u < job.width; ++u) {
      const double angle = 0.09 * u;
      const Vector3 normal{-std::sin(angle), std::cos(angle), 0.2};
      const Vector3 down{0.1 * std::cos(angle), 0, 0.7};
      const Vector3 at =
          center() + Vector3{0.3 * lattice_.columns * std::cos(angle), 0.4 * lattice_.rows * std::sin(angle), 0};
      job.columns.push_back({at - 20.0 * down, down, 0.4 * normal});
    }
    SetTone(job);
    Add("curve", job);
    AddCubic("curve", job);
    job.samples = 15;
    AddSlab("curve with depth", job);
  }

  const std::shared_ptr<const Volume> volume_;
  const Lattice& lattice_;
  std::vector<NamedVolumeJob> cases_;
};

}  // namespace

std::vector<NamedVolumeJob> VolumeCases(std::shared_ptr<const Volume> volume) {
  return CaseMaker(std::move(volume)).Make();
}

}  // namespace vitrine::render
