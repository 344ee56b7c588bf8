// Loading a volume against bare decoding, in one run: the series of a folder through the volume source, cold, and its
// files through reading, parsing and decoding alone on as many threads as there are CPU slots.
//
//   volume_load FOLDER STUDY SERIES ROUNDS
//
// Prints one line a round: both times in milliseconds and their ratio; at the end the medians.

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "base/cpu_slots.h"
#include "base/parallel.h"
#include "dicom/instance.h"
#include "fetch/make_archive.h"
#include "service/handler/archive_volume_source.h"

namespace {

using namespace vitrine;  // NOLINT

double Milliseconds(absl::Time start) { return absl::ToDoubleMilliseconds(absl::Now() - start); }

std::vector<std::string> Files(const char* folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  return paths;
}

double BareDecode(const std::vector<std::string>& paths, int thread_count) {
  const absl::Time start = absl::Now();
  std::atomic<size_t> next = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < thread_count; ++t) {
    threads.emplace_back([&] {
      for (size_t i = next++; i < paths.size(); i = next++) {
        auto bytes = std::make_shared<std::string>(std::filesystem::file_size(paths[i]), '\0');
        std::ifstream(paths[i], std::ios::binary).read(bytes->data(), static_cast<std::streamsize>(bytes->size()));
        const auto instance = dicom::Instance::Parse(std::move(bytes), {});
        if (instance.ok() && !(*instance)->DecodeFrame(1).ok()) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return Milliseconds(start);
}

double ColdLoad(const service::ArchiveSet::Named& archive, const v1::Target& target, CpuSlots& slots,
                Parallel& parallel) {
  metrics::Metrics metrics;
  service::ArchiveVolumeSource source({}, slots, parallel, metrics);
  service::Timings timings = {};
  const absl::Time start = absl::Now();
  const auto volume = source.Volume(archive, target, {}, {}, timings);
  const double elapsed = Milliseconds(start);
  if (volume.ok()) return elapsed;
  std::fprintf(stderr, "%s\n", volume.status().ToString().c_str());
  std::exit(1);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: volume_load FOLDER STUDY SERIES ROUNDS\n");
    return 2;
  }
  const std::vector<std::string> paths = Files(argv[1]);
  auto folder = fetch::MakeArchive(std::string("dir:") + argv[1], {});
  if (!folder.ok()) return 1;
  const service::ArchiveSet::Named archive = {"folder", *std::move(folder)};
  v1::Target target;
  target.set_study_instance_uid(argv[2]);
  target.set_series_instance_uid(argv[3]);
  if (!archive.archive->Metadata({argv[2], argv[3], ""}, Operation()).ok()) return 1;  // Waits for the scan.
  const int cpus = AvailableCpus();
  CpuSlots slots(cpus, 64);
  IdleSlots parallel(slots, cpus);
  std::vector<double> bare, load;
  for (int round = 0; round < std::atoi(argv[4]); ++round) {
    bare.push_back(BareDecode(paths, cpus));
    const absl::Time start = absl::Now();
    if (!archive.archive->Metadata({argv[2], argv[3], ""}, Operation()).ok()) return 1;
    const double metadata = Milliseconds(start);
    load.push_back(ColdLoad(archive, target, slots, parallel));
    std::printf("decode %.1f ms, load %.1f ms (metadata %.1f ms), ratio %.2f\n", bare.back(), load.back(), metadata,
                load.back() / bare.back());
  }
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("median: decode %.1f ms, load %.1f ms, ratio %.2f; peak memory %ld MiB; %d CPUs\n", Median(bare),
              Median(load), Median(load) / Median(bare), usage.ru_maxrss / 1024, cpus);
  return 0;
}
