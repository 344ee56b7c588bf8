// Volumes through OpenGL, part by part: upload of the volume, drawing as the GPU's own clock has it, readback. Says
// which device it ran on. Usage: egl_volume_bench [columns rows slices [side of the picture [repetitions]]]

#include <EGL/egl.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "base/operation.h"
#include "base/status_macros.h"
#include "render/egl/fence.h"
#include "render/egl/gl_context.h"
#include "render/egl/readback.h"
#include "render/egl/volume_passes.h"
#include "render/egl/volume_plan.h"
#include "render/egl/volume_test_jobs.h"
#include "render/egl/volume_textures.h"

namespace vitrine::render::egl {
namespace {

using image::SampleType;
using image::TransferFunction;
using image::Vector3;

struct Size {
  int columns = 512;
  int rows = 512;
  int slices = 275;
  int side = 1024;
  int repetitions = 9;
};

// A thorax of simple shapes: air, a body of soft tissue, two lungs, a spine with marrow and ribs.
std::shared_ptr<const image::Volume> Thorax(const Size& size) {
  const image::Lattice lattice = {size.columns, size.rows, size.slices, {}, {0.7, 0, 0}, {0, 0.7, 0}, {0, 0, 1.25}};
  return MakeVolume(lattice, SampleType::kInt16, [&](int i, int j, int k) {
    const double x = 2.0 * i / size.columns - 1;
    const double y = 2.0 * j / size.rows - 1;
    const double z = 2.0 * k / size.slices - 1;
    const double grain = (i * 7919 + j * 104729 + k * 1299709) % 41 - 20;
    const double body = std::hypot(x / 0.85, y / 0.6);
    if (body > 1) return -1000 + grain;
    const double spine = std::hypot(x, y - 0.4) / 0.1;
    if (spine < 1) return (spine < 0.6 ? 250.0 : 900.0) + grain;
    if (body > 0.88 && body < 0.94 && std::sin(30 * z + 4 * y) > 0.2) return 700 + grain;
    if (std::hypot((std::abs(x) - 0.4) / 0.28, y / 0.45, z / 0.8) < 1) return -820 + grain;
    return 45 + grain;
  });
}

std::shared_ptr<const TransferFunction> Bone() {
  auto function = std::make_shared<TransferFunction>();
  function->points = {{150, 0.7, 0.4, 0.3, 0}, {300, 0.9, 0.8, 0.6, 0.3}, {1200, 1, 1, 0.95, 0.9}};
  return function;
}

// Looks at the middle, turned by 30 degrees on two axes; the volume fills the picture. `depth` and `step` in mm.
VolumeJob View(const std::shared_ptr<const image::Volume>& volume, const Size& size, Reduction reduction, double depth,
               double step) {
  const image::Lattice& lattice = volume->lattice;
  const image::Matrix3 to_voxel = Inverse(lattice.steps());
  const double c = std::sqrt(0.75);
  const Vector3 right = {c, 0.5, 0};
  const Vector3 sight = {-0.5 * c, c * c, 0.5};
  const Vector3 down = Cross(sight, right);
  const double pixel = 0.7 * lattice.columns / size.side;
  VolumeJob job;
  job.volume = volume;
  job.reduction = reduction;
  job.samples = std::max(static_cast<int>(depth / step), 1);
  job.right = to_voxel * (pixel * right);
  job.down = to_voxel * (pixel * down);
  job.step = to_voxel * (step * sight);
  job.width = size.side;
  job.height = size.side;
  const Vector3 middle = {(lattice.columns - 1) / 2.0, (lattice.rows - 1) / 2.0, (lattice.slices - 1) / 2.0};
  job.origin = middle - (size.side / 2.0) * job.right - (size.side / 2.0) * job.down - (job.samples / 2.0) * job.step;
  job.tone.voi = image::Window{40, 400, image::VoiFunction::kLinear};
  job.transfer_function = Bone();
  return job;
}

// GL_TIME_ELAPSED; only benchmarks ask for it.
class GpuTimer {
 public:
  GpuTimer() { gen_(1, &query_); }
  ~GpuTimer() { delete_(1, &query_); }

  void Begin() { begin_(GL_TIME_ELAPSED, query_); }
  // Milliseconds since Begin(); waits.
  double End() {
    end_(GL_TIME_ELAPSED);
    GLuint64 nanoseconds = 0;
    result_(query_, GL_QUERY_RESULT, &nanoseconds);
    return nanoseconds / 1e6;
  }

 private:
  template <typename Function>
  static Function Load(const char* name) {
    return reinterpret_cast<Function>(eglGetProcAddress(name));
  }

  const PFNGLGENQUERIESPROC gen_ = Load<PFNGLGENQUERIESPROC>("glGenQueries");
  const PFNGLDELETEQUERIESPROC delete_ = Load<PFNGLDELETEQUERIESPROC>("glDeleteQueries");
  const PFNGLBEGINQUERYPROC begin_ = Load<PFNGLBEGINQUERYPROC>("glBeginQuery");
  const PFNGLENDQUERYPROC end_ = Load<PFNGLENDQUERYPROC>("glEndQuery");
  const PFNGLGETQUERYOBJECTUI64VPROC result_ = Load<PFNGLGETQUERYOBJECTUI64VPROC>("glGetQueryObjectui64v");
  GLuint query_ = 0;
};

double Milliseconds(absl::Time since) { return absl::ToDoubleMilliseconds(absl::Now() - since); }

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// On the GL thread. Medians, after one run that compiles the shader.
class Bench {
 public:
  explicit Bench(const GlApi& gl) : gl_(gl), passes_(gl) {
    gl.PixelStorei(GL_PACK_ALIGNMENT, 1);
    gl.PixelStorei(GL_UNPACK_ALIGNMENT, 1);
  }

  absl::StatusOr<std::shared_ptr<const VolumeTexture>> Upload(const std::shared_ptr<const image::Volume>& volume,
                                                              int repetitions) {
    std::shared_ptr<const VolumeTexture> texture;
    std::vector<double> times;
    for (int i = 0; i < repetitions; ++i) {
      texture.reset();
      VolumeTextures textures(DeviceBytes(*volume));
      const absl::Time begin = absl::Now();
      VITRINE_ASSIGN_OR_RETURN(texture, textures.Get(gl_, volume, Operation{}));
      VITRINE_RETURN_IF_ERROR(Fence(gl_).Await(Operation{}));
      times.push_back(Milliseconds(begin));
    }
    std::printf("%-44s %10.2f ms (%.0f MB)\n", "upload", Median(times), DeviceBytes(*volume) / 1e6);
    return texture;
  }

  absl::Status Run(const char* name, const VolumeJob& job, const VolumeTexture& texture, int repetitions) {
    const bool composite = job.reduction == Reduction::kComposite;
    image::Raster raster{job.width, job.height, composite ? 3 : 1, job.bits, {}};
    raster.samples.resize(raster.row_bytes() * raster.height);
    std::vector<double> plan_times, draw_times, readback_times;
    for (int i = 0; i <= repetitions; ++i) {
      absl::Time begin = absl::Now();
      const VolumePlan plan = MakeVolumePlan(job);
      const double plan_time = Milliseconds(begin);
      VITRINE_RETURN_IF_ERROR(target_.Prepare(gl_, composite ? GL_RGBA8UI : GL_R8UI, job.width, job.height));
      timer_.Begin();
      VITRINE_RETURN_IF_ERROR(passes_.Draw(job, plan, texture, target_, Operation{}));
      const double draw_time = timer_.End();
      begin = absl::Now();
      VITRINE_RETURN_IF_ERROR(readback_.Read(gl_, target_, Operation{}, raster));
      if (i == 0) continue;
      plan_times.push_back(plan_time);
      draw_times.push_back(draw_time);
      readback_times.push_back(Milliseconds(begin));
    }
    std::printf("%-44s %10.2f ms draw (GPU clock) %8.2f ms readback %8.3f ms plan (CPU)\n", name, Median(draw_times),
                Median(readback_times), Median(plan_times));
    return absl::OkStatus();
  }

 private:
  const GlApi& gl_;
  VolumePasses passes_;
  Target target_;
  Readback readback_;
  GpuTimer timer_;
};

absl::Status RunAll(const GlApi& gl, const Size& size) {
  const auto volume = Thorax(size);
  const double deep = 0.7 * (size.columns + size.rows) + 1.25 * size.slices;
  Bench bench(gl);
  VITRINE_ASSIGN_OR_RETURN(const auto texture, bench.Upload(volume, size.repetitions));
  const auto run = [&](const char* name, const VolumeJob& job) {
    return bench.Run(name, job, *texture, size.repetitions);
  };
  VolumeJob cubic = View(volume, size, Reduction::kMean, 0, 1);
  cubic.interpolation = Interpolation::kCubic;
  VITRINE_RETURN_IF_ERROR(run("plane, oblique, linear", View(volume, size, Reduction::kMean, 0, 1)));
  VITRINE_RETURN_IF_ERROR(run("plane, oblique, cubic", cubic));
  VITRINE_RETURN_IF_ERROR(run("slab, maximum, 100 samples", View(volume, size, Reduction::kMaximum, 70, 0.7)));
  VITRINE_RETURN_IF_ERROR(run("slab, mean, 100 samples", View(volume, size, Reduction::kMean, 70, 0.7)));
  VITRINE_RETURN_IF_ERROR(run("maximum projection", View(volume, size, Reduction::kMaximum, deep, 0.5)));
  VolumeJob composite = View(volume, size, Reduction::kComposite, deep, 0.5);
  VITRINE_RETURN_IF_ERROR(run("volume rendering, bone, shaded, step 0.5 mm", composite));
  auto flat = std::make_shared<TransferFunction>(*composite.transfer_function);
  flat->shaded = false;
  composite.transfer_function = flat;
  return run("volume rendering, bone, step 0.5 mm", composite);
}

int Main(int argc, char** argv) {
  Size size;
  int* const fields[] = {&size.columns, &size.rows, &size.slices, &size.side, &size.repetitions};
  for (int i = 1; i < argc && i <= 5; ++i) *fields[i - 1] = std::max(std::atoi(argv[i]), 1);
  const auto context = GlContext::Create({});
  if (!context.ok()) {
    std::printf("Left out: %s\n", context.status().ToString().c_str());
    return 0;
  }
  const GlDeviceInfo& device = (*context)->device();
  std::printf("%s %s, %s%s\n%dx%dx%d voxels, %dx%d pixels, medians of %d\n", device.vendor.c_str(),
              device.renderer.c_str(), device.version.c_str(),
              device.software ? " (software: says nothing of a GPU)" : "", size.columns, size.rows, size.slices,
              size.side, size.side, size.repetitions);
  const absl::Status status = (*context)->Run(Operation(), [&](const GlApi& gl) { return RunAll(gl, size); });
  if (!status.ok()) std::printf("%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace vitrine::render::egl

int main(int argc, char** argv) { return vitrine::render::egl::Main(argc, argv); }
