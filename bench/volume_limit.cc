// The limit of views of volumes: the same views through the renderer and the encoder in a bare loop; no server, no
// request, no cache. They are parsed, planned and loaded before the clock starts.
//
//   volume_limit FOLDER STUDY SERIES renderedmpr|rendered3d VIEWS SECONDS THREADS PICTURE
//
// VIEWS is a file with one query string a line, nothing in it percent-encoded. THREADS pictures are made at the same
// time, each by one thread; 1: one after the other, each on all processors. The first picture goes into the file
// PICTURE. Prints as JSON: pictures a second, the processor time of one with its share for rendering and for encoding,
// and the median duration of one.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "base/cpu_slots.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "bench/processor_time.h"
#include "encode/encode.h"
#include "fetch/make_archive.h"
#include "nlohmann/json.hpp"
#include "render/make_renderer.h"
#include "service/dicomweb/volume_parameters.h"
#include "service/handler/archive_volume_source.h"
#include "service/handler/canonical_request.h"
#include "service/handler/volume_job.h"

namespace vitrine::bench {
namespace {

struct View {
  render::VolumeJob job;
  encode::Options output;
};

// One line of VIEWS against its volume.
class Planner {
 public:
  Planner(std::shared_ptr<const service::SourceVolume> source, v1::Target target, bool planes)
      : source_(std::move(source)), target_(std::move(target)), planes_(planes) {}

  absl::StatusOr<View> Plan(const std::string& query) const {
    v1::RenderRequest request;
    *request.mutable_view()->mutable_target() = target_;
    if (planes_) {
      request.mutable_view()->mutable_slice();
    } else {
      request.mutable_view()->mutable_volume();
    }
    request.mutable_output()->set_format(v1::Output::JPEG);
    http::Fields fields;
    for (const absl::string_view field : absl::StrSplit(query, '&')) {
      fields.push_back(absl::StrSplit(field, absl::MaxSplits('=', 1)));
    }
    VITRINE_RETURN_IF_ERROR(service::ReadVolumeParameters(fields, request).status());
    VITRINE_ASSIGN_OR_RETURN(const v1::RenderRequest canonical, service::Canonicalize(request, {}));
    VITRINE_ASSIGN_OR_RETURN(service::VolumeViewJob planned, service::MakeVolumeJob(canonical, source_, {}));
    encode::Options output;
    output.format = encode::Format::kJpeg;
    output.quality = canonical.output().quality();
    return View{std::move(planned.job), output};
  }

 private:
  const std::shared_ptr<const service::SourceVolume> source_;
  const v1::Target target_;
  const bool planes_;
};

// Of one thread.
struct Counts {
  double render_ms = 0;  // Processor time of this thread, as the next.
  double encode_ms = 0;
  std::vector<double> durations_ms;
};

double ThreadMilliseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

absl::StatusOr<std::string> Draw(render::Renderer& renderer, const View& view, Counts& counts) {
  const absl::Time start = absl::Now();
  const double before = ThreadMilliseconds();
  VITRINE_ASSIGN_OR_RETURN(const image::Raster raster, renderer.RenderVolume(view.job, {}));
  const double between = ThreadMilliseconds();
  VITRINE_ASSIGN_OR_RETURN(std::string picture, encode::Encode(raster, view.output));
  counts.render_ms += between - before;
  counts.encode_ms += ThreadMilliseconds() - between;
  counts.durations_ms.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
  return picture;
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

nlohmann::json Measure(render::Renderer& renderer, const std::vector<View>& views, absl::Duration duration,
                       int thread_count) {
  std::atomic<size_t> next = 0;
  std::vector<Counts> counts(thread_count);
  std::vector<std::thread> threads;
  const double processor = ProcessorMilliseconds();
  const absl::Time start = absl::Now();
  for (Counts& own : counts) {
    threads.emplace_back([&] {
      while (absl::Now() - start < duration) {
        if (!Draw(renderer, views[next++ % views.size()], own).ok()) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  const auto pictures = static_cast<double>(next);
  Counts all;
  for (const Counts& own : counts) {
    all.render_ms += own.render_ms;
    all.encode_ms += own.encode_ms;
    all.durations_ms.insert(all.durations_ms.end(), own.durations_ms.begin(), own.durations_ms.end());
  }
  return {{"rate", pictures / seconds},
          {"cpu_ms", (ProcessorMilliseconds() - processor) / pictures},
          {"render_cpu_ms", all.render_ms / pictures},
          {"encode_cpu_ms", all.encode_ms / pictures},
          {"duration_ms", Median(all.durations_ms)}};
}

absl::Status Run(char** arguments) {
  v1::Target target;
  target.set_study_instance_uid(arguments[2]);
  target.set_series_instance_uid(arguments[3]);
  VITRINE_ASSIGN_OR_RETURN(auto folder, fetch::MakeArchive(std::string("dir:") + arguments[1], {}));
  const service::ArchiveSet::Named archive = {"folder", std::move(folder)};
  const int thread_count = std::atoi(arguments[7]);
  CpuSlots slots(AvailableCpus(), 64);
  IdleSlots idle(slots, AvailableCpus());
  metrics::Metrics metrics;
  service::ArchiveVolumeSource volumes({}, slots, idle, metrics);
  service::Timings timings = {};
  VITRINE_ASSIGN_OR_RETURN(const auto source, volumes.Volume(archive, target, {}, {}, timings));
  const Planner planner(source, target, std::string(arguments[4]) == "renderedmpr");
  std::vector<View> views;
  std::ifstream lines(arguments[5]);
  for (std::string line; std::getline(lines, line);) {
    VITRINE_ASSIGN_OR_RETURN(View view, planner.Plan(line));
    views.push_back(std::move(view));
  }
  if (views.empty()) return absl::InvalidArgumentError("no views");
  Serial serial;
  VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease own_slot, slots.Acquire({}));
  render::RendererOptions options;
  options.choice = render::RendererChoice::kCpu;
  const bool alone = thread_count == 1;
  VITRINE_ASSIGN_OR_RETURN(const auto renderer, render::MakeRenderer(options, alone ? static_cast<Parallel&>(idle)
                                                                                    : static_cast<Parallel&>(serial)));
  Counts warming;
  VITRINE_ASSIGN_OR_RETURN(const std::string picture, Draw(*renderer, views.front(), warming));
  std::ofstream(arguments[8], std::ios::binary) << picture;
  std::printf("%s\n", Measure(*renderer, views, absl::Seconds(std::atof(arguments[6])), thread_count).dump().c_str());
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  if (argc != 9) {
    std::fprintf(stderr,
                 "usage: volume_limit FOLDER STUDY SERIES renderedmpr|rendered3d VIEWS SECONDS THREADS PICTURE\n");
    return 2;
  }
  const absl::Status status = Run(argv);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace vitrine::bench

int main(int argc, char** argv) { return vitrine::bench::Main(argc, argv); }
