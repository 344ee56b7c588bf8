// Planes, slabs and projections alone: no server, no encoding. bench/volume_vtk.py renders the same with VTK.
//
//   volume_bench series FOLDER OUTPUT   a series of slices; writes OUTPUT-VIEW.grey (512x512, 8 bits) for every view
//   and
//                                       OUTPUT.voxels (modality values, int16)
//   volume_bench sizes                  generated volumes of 64 MB and 1 GB
//
// Prints as JSON where each view lies and the processor time and the duration of one picture, medians.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "base/cpu_slots.h"
#include "base/parallel.h"
#include "bench/load_volume.h"
#include "bench/processor_time.h"
#include "nlohmann/json.hpp"
#include "render/make_renderer.h"

namespace vitrine::bench {
namespace {

using image::Normalized;
using image::Vector3;
using nlohmann::json;
using render::Interpolation;
using render::Reduction;

constexpr int kSize = 512;
constexpr int kRounds = 9;
constexpr double kRoundMilliseconds = 60;

// What the peer shows its values through, too.
constexpr image::Range kShown = {-1000, 1000};

// A view whose middle is that of the volume. Directions are unit vectors in patient space, normal to each other.
struct View {
  std::string name;
  Vector3 right;
  Vector3 down;
  double pixel_mm = 0.5;
  int samples = 1;
  double step_mm = 0.5;
  Reduction reduction = Reduction::kMean;
  Interpolation interpolation = Interpolation::kLinear;

  Vector3 into() const { return Cross(right, down); }
};

const Vector3 kObliqueRight = Normalized({2, 1, 0.5});
const Vector3 kObliqueDown = Normalized(Cross(kObliqueRight, {0.3, -0.2, 0.9}));

std::vector<View> Views() {
  const Vector3 x{1, 0, 0};
  const Vector3 y{0, 1, 0};
  const Vector3 down{0, 0, -1};
  return {
      {"oblique plane", kObliqueRight, kObliqueDown},
      {"oblique maximum of 100", kObliqueRight, kObliqueDown, 0.5, 100, 0.5, Reduction::kMaximum},
      {"oblique mean of 100", kObliqueRight, kObliqueDown, 0.5, 100, 0.5, Reduction::kMean},
      {"axial plane", x, y},
      {"sagittal plane", y, down},
      {"coronal plane", x, down},
      {"oblique cubic plane", kObliqueRight, kObliqueDown, 0.5, 1, 0.5, Reduction::kMean, Interpolation::kCubic},
  };
}

Vector3 FirstSample(const image::Lattice& lattice, const View& view) {
  const Vector3 center =
      ToPatient(lattice, {(lattice.columns - 1) / 2.0, (lattice.rows - 1) / 2.0, (lattice.slices - 1) / 2.0});
  const double half = (kSize - 1) / 2.0 * view.pixel_mm;
  return center - half * view.right - half * view.down - ((view.samples - 1) / 2.0 * view.step_mm) * view.into();
}

render::VolumeJob MakeJob(std::shared_ptr<const image::Volume> volume, const View& view) {
  const image::Lattice& lattice = volume->lattice;
  const image::Matrix3 to_voxels = Inverse(lattice.steps());
  render::VolumeJob job;
  job.origin = ToVoxel(lattice, FirstSample(lattice, view));
  job.right = to_voxels * (view.pixel_mm * view.right);
  job.down = to_voxels * (view.pixel_mm * view.down);
  job.step = to_voxels * (view.step_mm * view.into());
  job.samples = view.samples;
  job.reduction = view.reduction;
  job.interpolation = view.interpolation;
  job.tone = {volume->rescale, kShown, false, {}};
  job.volume = std::move(volume);
  job.width = kSize;
  job.height = kSize;
  return job;
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// Of one kind of picture.
class Stopwatch {
 public:
  // As many pictures as make a round; the first one warms caches and is not counted.
  template <typename Render>
  void Round(const Render& render) {
    const absl::Time warm = absl::Now();
    render();
    const int pictures =
        std::max(static_cast<int>(kRoundMilliseconds / absl::ToDoubleMilliseconds(absl::Now() - warm)), 1);
    const double before = ProcessorMilliseconds();
    const absl::Time start = absl::Now();
    for (int i = 0; i < pictures; ++i) render();
    duration_.push_back(absl::ToDoubleMilliseconds(absl::Now() - start) / pictures);
    processor_.push_back((ProcessorMilliseconds() - before) / pictures);
  }

  json medians() const { return {{"cpu_ms", Median(processor_)}, {"wall_ms", Median(duration_)}}; }

 private:
  std::vector<double> processor_;
  std::vector<double> duration_;
};

json Components(const Vector3& v) { return {v.x, v.y, v.z}; }

void Write(const std::string& path, const void* data, size_t bytes) {
  std::ofstream(path, std::ios::binary).write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
}

template <typename Sample>
void WriteVoxels(const image::Volume& volume, const std::string& path) {
  std::vector<int16_t> values(volume.voxel_count());
  const Sample* stored = volume.data<Sample>();
  std::transform(stored, stored + values.size(), values.begin(), [&](Sample value) {
    return static_cast<int16_t>(std::lround(volume.rescale.slope * value + volume.rescale.intercept));
  });
  Write(path, values.data(), 2 * values.size());
}

int RunSeries(render::Renderer& renderer, const std::string& folder, const std::string& output) {
  auto loaded = LoadVolume(folder);
  if (!loaded.ok()) {
    std::fprintf(stderr, "%s\n", loaded.status().ToString().c_str());
    return 1;
  }
  const auto volume = std::make_shared<const image::Volume>(*std::move(loaded));
  switch (volume->type) {
    case image::SampleType::kInt16: WriteVoxels<int16_t>(*volume, output + ".voxels"); break;
    case image::SampleType::kUint16: WriteVoxels<uint16_t>(*volume, output + ".voxels"); break;
    default: std::fprintf(stderr, "not a CT\n"); return 1;
  }
  const image::Lattice& lattice = volume->lattice;
  json result = {{"size", {lattice.columns, lattice.rows, lattice.slices}},
                 {"spacing", {Length(lattice.column_step), Length(lattice.row_step), Length(lattice.slice_step)}},
                 {"shown", {kShown.low, kShown.high}},
                 {"views", json::array()}};
  for (const View& view : Views()) {
    const render::VolumeJob job = MakeJob(volume, view);
    const auto raster = renderer.RenderVolume(job, {});
    if (!raster.ok()) return 1;
    Write(output + "-" + view.name + ".grey", raster->samples.data(), raster->samples.size());
    Stopwatch stopwatch;
    for (int round = 0; round < kRounds; ++round) {
      stopwatch.Round([&] { renderer.RenderVolume(job, {}).IgnoreError(); });
    }
    json measured = stopwatch.medians();
    measured["name"] = view.name;
    // From the centre of the first voxel.
    measured["origin"] = Components(FirstSample(lattice, view) - lattice.origin);
    measured["axes"] = {Components(view.right), Components(view.down), Components(view.into())};
    measured["spacing"] = {view.pixel_mm, view.pixel_mm, view.step_mm};
    measured["samples"] = view.samples;
    measured["maximum"] = view.reduction == Reduction::kMaximum;
    measured["cubic"] = view.interpolation == Interpolation::kCubic;
    result["views"].push_back(measured);
  }
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

std::shared_ptr<const image::Volume> MakeCube(int side) {
  image::Volume volume;
  volume.lattice = {side, side, side, {0, 0, 0}, {0.7, 0, 0}, {0, 0.7, 0}, {0, 0, 0.7}};
  volume.voxels = image::VoxelBuffer(volume.voxel_count() * sizeof(int16_t));
  auto* samples = reinterpret_cast<int16_t*>(volume.voxels.data());
  uint32_t random = 1;
  for (size_t i = 0; i < volume.voxel_count(); ++i) {
    random = random * 1664525u + 1013904223u;
    samples[i] = static_cast<int16_t>(static_cast<int>(random >> 21) - 1024);
  }
  return std::make_shared<const image::Volume>(std::move(volume));
}

int RunSizes(render::Renderer& renderer) {
  const auto small = MakeCube(322);  // 67 MB.
  const auto large = MakeCube(812);  // 1.07 GB.
  json result = json::array();
  for (const View& view : Views()) {
    if (view.samples > 1) continue;
    View same = view;
    same.pixel_mm = 0.3;  // All of the picture lies in the small volume.
    const render::VolumeJob of_small = MakeJob(small, same);
    const render::VolumeJob of_large = MakeJob(large, same);
    Stopwatch small_watch;
    Stopwatch large_watch;
    for (int round = 0; round < kRounds; ++round) {  // In turn, so that other load meets both.
      small_watch.Round([&] { renderer.RenderVolume(of_small, {}).IgnoreError(); });
      large_watch.Round([&] { renderer.RenderVolume(of_large, {}).IgnoreError(); });
    }
    result.push_back({{"name", view.name}, {"small", small_watch.medians()}, {"large", large_watch.medians()}});
  }
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

int Main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  CpuSlots slots(AvailableCpus(), 1);
  IdleSlots parallel(slots, std::max(AvailableCpus() - 1, 1));
  const auto own_slot = slots.Acquire({});
  render::RendererOptions options;
  options.choice = render::RendererChoice::kCpu;
  const auto renderer = render::MakeRenderer(options, parallel);
  if (!renderer.ok()) return 1;
  if (mode == "series" && argc == 4) return RunSeries(**renderer, argv[2], argv[3]);
  if (mode == "sizes" && argc == 2) return RunSizes(**renderer);
  std::fprintf(stderr, "usage: volume_bench series FOLDER OUTPUT | volume_bench sizes\n");
  return 2;
}

}  // namespace
}  // namespace vitrine::bench

int main(int argc, char** argv) { return vitrine::bench::Main(argc, argv); }
