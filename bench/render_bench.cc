// The renderers alone: stored values in, display values out, one job at a time. EGL has the frame on the device
// already.

#include <cstdio>
#include <memory>
#include <string>

#include "base/parallel.h"
#include "benchmark/benchmark.h"
#include "render/make_renderer.h"
#include "render/test_jobs.h"

namespace vitrine::render {
namespace {

using image::SampleType;
using image::VoiFunction;

RenderJob CtJob(int size, VoiFunction function) {
  image::ToneCurve tone = Windowed(40, 400, function);
  tone.modality = image::Rescale{1, -1024};
  return MakeJob(MakeFrame(Pattern::kRamp, size, size, 1, SampleType::kInt16, 13), tone, 8);
}

RenderJob Scaled(RenderJob job, int size) {
  job.width = size;
  job.height = size;
  return job;
}

RenderJob Padded(RenderJob job) {
  job.tone.padding = image::Padding{-2000, -2000};
  return job;
}

RenderJob RadiographJob(int size) {
  return MakeJob(MakeFrame(Pattern::kRamp, size, size, 1, SampleType::kUint16, 14),
                 Windowed(8192, 16384, VoiFunction::kLinear), 8);
}

RenderJob RgbJob() { return MakeJob(MakeFrame(Pattern::kRamp, 1024, 768, 3, SampleType::kUint8, 8), {}, 8); }

void Run(benchmark::State& state, Renderer* renderer, const RenderJob& job) {
  const Operation operation;
  renderer->Render(job, operation).IgnoreError();  // Compiles shaders, uploads the frame.
  for (auto _ : state) {
    const auto raster = renderer->Render(job, operation);
    if (!raster.ok()) return state.SkipWithError(raster.status().ToString().c_str());
    benchmark::DoNotOptimize(raster->samples.data());
  }
  state.SetItemsProcessed(state.iterations() * job.width * job.height);
}

void RegisterAll(const std::string& name, Renderer* renderer) {
  const auto add = [&](const std::string& what, const RenderJob& job) {
    benchmark::RegisterBenchmark((name + "/" + what).c_str(), Run, renderer, job)
        ->UseRealTime()
        ->Unit(benchmark::kMicrosecond);
  };
  add("512x512_window", CtJob(512, VoiFunction::kLinear));
  add("512x512_window_padding", Padded(CtJob(512, VoiFunction::kLinear)));
  add("512x512_sigmoid", CtJob(512, VoiFunction::kSigmoid));
  add("512x512_to_1024x1024", Scaled(CtJob(512, VoiFunction::kLinear), 1024));
  add("3000x3000_to_512x512", Scaled(RadiographJob(3000), 512));
  add("1024x768_rgb", RgbJob());
  add("1024x768_rgb_to_512x512", Scaled(RgbJob(), 512));
}

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  Serial serial;
  std::vector<std::unique_ptr<Renderer>> renderers;
  for (const RendererChoice choice : {RendererChoice::kCpu, RendererChoice::kEgl}) {
    RendererOptions options;
    options.choice = choice;
    auto renderer = MakeRenderer(options, serial);
    if (!renderer.ok()) {
      std::printf("Left out: %s\n", renderer.status().ToString().c_str());
      continue;
    }
    const RendererInfo& info = (*renderer)->info();
    std::printf("%s: %s %s%s\n", info.backend.c_str(), info.vendor.c_str(), info.renderer.c_str(),
                info.software ? " (software)" : "");
    RegisterAll(info.backend, renderer->get());
    renderers.push_back(*std::move(renderer));
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace vitrine::render

int main(int argc, char** argv) { return vitrine::render::Main(argc, argv); }
