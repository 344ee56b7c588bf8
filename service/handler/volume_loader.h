#ifndef VITRINE_SERVICE_HANDLER_VOLUME_LOADER_H_
#define VITRINE_SERVICE_HANDLER_VOLUME_LOADER_H_

// From a plan to a volume: fetches the instances, several at a time, and decodes each as soon as it is there.

#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/cpu_slots.h"
#include "base/operation.h"
#include "base/parallel.h"
#include "base/thread_pool.h"
#include "dicom/limits.h"
#include "dicom/volume_plan.h"
#include "fetch/archive.h"
#include "image/volume_builder.h"
#include "metrics/metrics.h"
#include "service/handler/load_threads.h"
#include "service/handler/span_timer.h"
#include "service/handler/volume_source.h"

namespace vitrine::service {

// A volume to be loaded.
struct VolumeSelection {
  std::string study_instance_uid;
  std::shared_ptr<const dicom::VolumePlan> plan;  // Never null.
  int window_slice = 0;                           // The slice of the plan whose windows the volume has.
};

// Thread-safe.
class VolumeLoader {
 public:
  // Fetches that one load has under way at the same time. All loads together use at most so many threads beside their
  // callers'.
  static constexpr int kMaxFetches = LoadThreads::kMost;

  // The references must outlive the loader. `parallel` is for decoding the frames of one instance and for what is
  // computed of all voxels.
  VolumeLoader(const dicom::Limits& limits, CpuSlots& slots, Parallel& parallel, metrics::Metrics& metrics);

  // Blocks until the volume is there. Every decode holds one CPU slot, nothing holds one while it waits for the
  // archive, and of one load at most one thread waits in the slots' queue. The first failure stops all fetches: an
  // error of the archive, kArchiveProtocol where an instance is not what the plan says, kCancelled or kDeadline.
  // nullopt: `values` is kStored and the slices' rescales differ, whatever the metadata said.
  //
  // Takes the voxels' memory and, beside it, that of the instances under way, which LoadThreads bounds; a single
  // multi-frame instance is in memory as a whole.
  //
  // `progress` hears the share of slices that are placed, rising; from any thread, one call at a time. Timings: the
  // wall time of the load is split between queue, fetch and decode as the threads' time is.
  absl::StatusOr<std::optional<SourceVolume>> Load(fetch::Archive& archive, const VolumeSelection& selection,
                                                   image::VoxelValues values, const Operation& operation,
                                                   Timings& timings, absl::FunctionRef<void(double)> progress);

 private:
  const dicom::Limits limits_;
  CpuSlots& slots_;
  Parallel& parallel_;
  metrics::Metrics& metrics_;
  ThreadPool fetchers_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VOLUME_LOADER_H_
