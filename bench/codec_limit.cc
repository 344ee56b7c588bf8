// The codec limit: the same frames through windowing and encoding in a bare loop on every core; no server, no request,
// no cache.
//
//   codec_limit jpeg|png SECONDS THREADS FILE...
//
// Prints pictures a second. Every picture has another window, as in the load that the service gets.

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "base/operation.h"
#include "base/parallel.h"
#include "dicom/instance.h"
#include "encode/encode.h"
#include "render/make_renderer.h"

namespace {

using vitrine::Operation;

struct Source {
  std::shared_ptr<const vitrine::image::Frame> frame;
  vitrine::image::ToneCurve tone;
};

std::vector<Source> Load(int count, char** paths) {
  std::vector<Source> sources;
  for (int i = 0; i < count; ++i) {
    std::ifstream file(paths[i], std::ios::binary);
    auto bytes =
        std::make_shared<const std::string>(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    auto instance = vitrine::dicom::Instance::Parse(std::move(bytes), {});
    if (!instance.ok()) continue;
    auto decoded = (*instance)->DecodeFrame(1, vitrine::Operation());
    if (!decoded.ok()) continue;
    sources.push_back({std::make_shared<const vitrine::image::Frame>(std::move(decoded->frame)), decoded->tone});
  }
  return sources;
}

vitrine::render::RenderJob JobOf(const Source& source, int64_t number) {
  vitrine::render::RenderJob job;
  job.frame = source.frame;
  job.tone = source.tone;
  // The windows of load.lua.
  const int64_t step = number * 64;
  job.tone.voi =
      vitrine::image::Window{40 + static_cast<double>(step / 100000) / 1000,
                             400 + static_cast<double>(step % 100000) / 1000, vitrine::image::VoiFunction::kLinear};
  job.width = source.frame->columns;
  job.height = source.frame->rows;
  job.source = {0, 0, static_cast<double>(job.width), static_cast<double>(job.height)};
  return job;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: codec_limit jpeg|png SECONDS THREADS FILE...\n");
    return 2;
  }
  vitrine::encode::Options options;
  options.format = std::string(argv[1]) == "png" ? vitrine::encode::Format::kPng : vitrine::encode::Format::kJpeg;
  const absl::Duration duration = absl::Seconds(std::atof(argv[2]));
  const int thread_count = std::atoi(argv[3]);
  const std::vector<Source> sources = Load(argc - 4, argv + 4);
  vitrine::render::RendererOptions renderer_options;
  renderer_options.choice = vitrine::render::RendererChoice::kCpu;
  vitrine::Serial serial;
  auto renderer = vitrine::render::MakeRenderer(renderer_options, serial);
  if (sources.empty() || !renderer.ok()) return 1;
  std::atomic<int64_t> pictures = 0;
  std::atomic<bool> failed = false;
  const absl::Time start = absl::Now();
  std::vector<std::thread> threads;
  for (int t = 0; t < thread_count; ++t) {
    threads.emplace_back([&] {
      const Operation operation;
      while (absl::Now() - start < duration && !failed) {
        const int64_t number = pictures.fetch_add(1);
        auto raster = (*renderer)->Render(JobOf(sources[number % sources.size()], number), operation);
        if (!raster.ok() || !vitrine::encode::Encode(*raster, options).ok()) failed = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (failed) return 1;
  std::printf("%.1f\n", static_cast<double>(pictures) / absl::ToDoubleSeconds(absl::Now() - start));
  return 0;
}
