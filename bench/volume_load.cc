// Loading a volume against bare decoding, in one run: the series of a folder through the volume source, cold, and its
// files through reading, parsing and decoding alone on as many threads as there are CPU slots.
//
//   volume_load FOLDER STUDY SERIES ROUNDS
//
// Prints one line a round, wall and CPU time, and at the end the medians of the rounds' ratios and the most
// memory that a load took at its peak.

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

// Of all threads, the system's share included: what a busy machine does not falsify.
double CpuMilliseconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto milliseconds = [](const timeval& time) { return 1e3 * time.tv_sec + 1e-3 * time.tv_usec; };
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

// A line of /proc/self/status, in MiB.
double Memory(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string key;
  for (double kib = 0; status >> key; status.ignore(1000, '\n')) {
    if (key == name + ":" && status >> kib) return kib / 1024;
  }
  return 0;
}

// Lets VmHWM begin anew.
void ForgetPeakMemory() { std::ofstream("/proc/self/clear_refs") << 5; }

struct Cost {
  double wall = 0;
  double cpu = 0;
};

template <typename Task>
Cost Measure(Task task) {
  const double cpu = CpuMilliseconds();
  const absl::Time start = absl::Now();
  task();
  return {Milliseconds(start), CpuMilliseconds() - cpu};
}

std::vector<std::string> Files(const char* folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  return paths;
}

void BareDecode(const std::vector<std::string>& paths, int thread_count) {
  std::atomic<size_t> next = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < thread_count; ++t) {
    threads.emplace_back([&] {
      for (size_t i = next++; i < paths.size(); i = next++) {
        auto bytes = std::make_shared<std::string>(std::filesystem::file_size(paths[i]), '\0');
        std::ifstream(paths[i], std::ios::binary).read(bytes->data(), static_cast<std::streamsize>(bytes->size()));
        const auto instance = dicom::Instance::Parse(std::move(bytes), {});
        if (instance.ok() && !(*instance)->DecodeFrame(1, Operation()).ok()) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void Load(service::ArchiveVolumeSource& source, const service::ArchiveSet::Named& archive, const v1::Target& target) {
  service::Timings timings = {};
  const auto volume = source.Volume(archive, target, {}, {}, timings);
  if (volume.ok()) return;
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
  std::vector<double> wall, cpu, memory;
  for (int round = 0; round < std::atoi(argv[4]); ++round) {
    metrics::Metrics metrics;
    service::ArchiveVolumeSource source({}, slots, parallel, metrics);
    const Cost bare = Measure([&] { BareDecode(paths, cpus); });
    const Cost metadata = Measure([&] { (void)archive.archive->Metadata({argv[2], argv[3], ""}, Operation()); });
    const double before = Memory("VmRSS");
    ForgetPeakMemory();
    const Cost load = Measure([&] { Load(source, archive, target); });
    memory.push_back(Memory("VmHWM") - before);
    std::printf("wall (CPU) ms: decode %.1f (%.1f), load %.1f (%.1f), of that metadata %.1f (%.1f)\n", bare.wall,
                bare.cpu, load.wall, load.cpu, metadata.wall, metadata.cpu);
    wall.push_back(load.wall / bare.wall);
    cpu.push_back(load.cpu / bare.cpu);
  }
  std::printf("median ratio of load to decode: wall %.2f, CPU %.2f; most memory of a load %.1f MiB; %d CPUs\n",
              Median(wall), Median(cpu), *std::max_element(memory.begin(), memory.end()), cpus);
  return 0;
}
