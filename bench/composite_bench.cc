// Volume rendering of a series, alone: no server, no encoding.
//
//   composite_bench FOLDER PRESET OUTPUT
//
// Writes OUTPUT-VIEW.rgb (512x512, 8 bits, R G B) for every view and OUTPUT.voxels (modality values, int16), and prints
// what was measured as JSON: the processor time and the duration of a picture at full quality for every view, and of a
// turn at the settings for moving views. bench/composite_vtk.py renders the same with VTK.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "base/cpu_slots.h"
#include "base/parallel.h"
#include "bench/load_volume.h"
#include "bench/processor_time.h"
#include "nlohmann/json.hpp"
#include "render/simd/volume_composite.h"
#include "service/handler/volume_presets.h"

namespace vitrine::bench {
namespace {

using image::Vector3;
using nlohmann::json;

constexpr int kRepetitions = 9;

// A parallel projection: the eye looks along `forward` at the middle of the volume.
struct View {
  std::string name;
  Vector3 forward;  // Unit vectors; `up` is normal to it.
  Vector3 up;
};

// Around the patient by `left` and above by `above`, degrees: 0, 0 looks from anterior.
View Around(const std::string& name, double left, double above) {
  const double a = left * std::numbers::pi / 180;
  const double b = above * std::numbers::pi / 180;
  return {name,
          {-std::sin(a) * std::cos(b), std::cos(a) * std::cos(b), -std::sin(b)},
          {-std::sin(a) * std::sin(b), std::cos(a) * std::sin(b), std::cos(b)}};
}

// `size` pixels wide and high, over the same square of `extent` mm whatever the size.
render::VolumeJob MakeJob(std::shared_ptr<const image::Volume> volume,
                          std::shared_ptr<const image::TransferFunction> function, const View& view, int size,
                          double extent, double step_mm) {
  const image::Lattice& lattice = volume->lattice;
  const image::Box box = BoundingBox(lattice);
  const Vector3 center = 0.5 * (box.minimum + box.maximum);
  const double depth = Length(box.maximum - box.minimum);
  const double pixel = extent / size;
  const Vector3 right = Cross(view.forward, view.up);
  const Vector3 start =
      center - (depth / 2) * view.forward - (extent / 2 - pixel / 2) * right + (extent / 2 - pixel / 2) * view.up;
  const image::Matrix3 to_voxels = Inverse(lattice.steps());
  render::VolumeJob job;
  job.volume = std::move(volume);
  job.transfer_function = std::move(function);
  job.reduction = render::Reduction::kComposite;
  job.origin = ToVoxel(lattice, start);
  job.right = to_voxels * (pixel * right);
  job.down = to_voxels * (-pixel * view.up);
  job.step = to_voxels * (step_mm * view.forward);
  job.samples = static_cast<int>(depth / step_mm) + 1;
  job.width = size;
  job.height = size;
  return job;
}

// For the peer, which then needs no reader: modality values, columns fastest.
void WriteVoxels(const image::Volume& volume, const std::string& path) {
  std::vector<int16_t> values(volume.voxel_count());
  const int16_t* stored = volume.data<int16_t>();
  std::transform(stored, stored + values.size(), values.begin(), [&](int16_t value) {
    return static_cast<int16_t>(std::lround(volume.rescale.slope * value + volume.rescale.intercept));
  });
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(values.data()), 2 * values.size());
}

// Medians over the pictures that `render(i)` makes.
template <typename Render>
json Measure(int count, const Render& render) {
  std::vector<double> processor;
  std::vector<double> duration;
  for (int i = 0; i < count; ++i) {
    const double before = ProcessorMilliseconds();
    const absl::Time start = absl::Now();
    if (!render(i).ok()) std::abort();
    duration.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
    processor.push_back(ProcessorMilliseconds() - before);
  }
  const auto median = [](std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
  };
  return {{"cpu_ms", median(processor)}, {"wall_ms", median(duration)}};
}

int Run(const std::string& folder, const std::string& preset, const std::string& output) {
  auto loaded = LoadVolume(folder);
  auto made = service::VolumePreset(preset, "CT", [] { return image::Range(); });
  if (!loaded.ok() || !made.ok()) {
    std::fprintf(stderr, "%s\n", (loaded.ok() ? made.status() : loaded.status()).ToString().c_str());
    return 1;
  }
  const auto volume = std::make_shared<const image::Volume>(*std::move(loaded));
  const auto function = std::make_shared<const image::TransferFunction>(*std::move(made));
  const image::Box box = BoundingBox(volume->lattice);
  const Vector3 size = box.maximum - box.minimum;
  const double extent = std::max({size.x, size.y, size.z});
  CpuSlots slots(AvailableCpus(), 1);
  IdleSlots parallel(slots, AvailableCpus() - 1 > 0 ? AvailableCpus() - 1 : 1);
  auto own_slot = slots.Acquire({});
  render::simd::BrickMapCache maps;
  const auto picture = [&](const View& view, int pixels, double step_mm) {
    return render::simd::RenderComposite(MakeJob(volume, function, view, pixels, extent, step_mm), maps, parallel, {});
  };

  WriteVoxels(*volume, output + ".voxels");
  const image::Lattice& lattice = volume->lattice;
  json result = {{"extent", extent},
                 {"size", {lattice.columns, lattice.rows, lattice.slices}},
                 {"spacing", {Length(lattice.column_step), Length(lattice.row_step), Length(lattice.slice_step)}},
                 {"views", json::array()}};
  for (const auto& point : function->points) {
    result["points"].push_back({point.value, point.red, point.green, point.blue, point.opacity});
  }
  result["lighting"] = {function->ambient, function->diffuse, function->specular, function->specular_power};
  for (const View& view : {Around("anterior", 0, 0), Around("left", 90, 0), Around("oblique", 35, 25)}) {
    const auto raster = picture(view, 512, 0.5);
    if (!raster.ok()) return 1;
    std::ofstream(output + "-" + view.name + ".rgb", std::ios::binary)
        .write(reinterpret_cast<const char*>(raster->samples.data()), raster->samples.size());
    json measured = Measure(kRepetitions, [&](int) { return picture(view, 512, 0.5); });
    measured["name"] = view.name;
    measured["forward"] = {view.forward.x, view.forward.y, view.forward.z};
    measured["up"] = {view.up.x, view.up.y, view.up.z};
    result["views"].push_back(measured);
  }
  const double voxel = SmallestSpacing(volume->lattice);
  // What service/handler/volume_job.cc asks for while a view moves, and the same at half the size.
  result["moving"] = Measure(24, [&](int i) { return picture(Around("", 15.0 * i, 20), 512, 2 * voxel); });
  result["small"] = Measure(24, [&](int i) { return picture(Around("", 15.0 * i, 20), 256, 2 * voxel); });
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace
}  // namespace vitrine::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: composite_bench FOLDER PRESET OUTPUT\n");
    return 2;
  }
  return vitrine::bench::Run(argv[1], argv[2], argv[3]);
}
