#include "service/handler/volume_loader.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/helpers.h"
#include "base/status_macros.h"
#include "dicom/instance.h"
#include "service/handler/cache_metrics.h"
#include "service/handler/planned_instance.h"
#include "xxhash.h"

namespace vitrine::service {
namespace {

using image::SliceFit;
using metrics::Span;

constexpr uint64_t kMinBytesUnderWay = 16ull << 20;
// A fetched instance is there as a file and, while it is decoded, as a frame.
constexpr double kCopiesUnderWay = 2;
constexpr uint64_t kShareUnderWay = 8;
constexpr absl::Duration kOverloadPause = absl::Milliseconds(2);

// One instance of the plan.
struct Job {
  std::vector<int> slices;
  uint64_t content_hash = 0;
};

std::vector<Job> JobsOf(const dicom::VolumePlan& plan) {
  std::vector<Job> jobs;
  absl::flat_hash_map<const dicom::VolumeInstance*, size_t> job_of;
  for (size_t i = 0; i < plan.slices.size(); ++i) {
    const auto [job, is_new] = job_of.try_emplace(plan.slices[i].instance.get(), jobs.size());
    if (is_new) jobs.emplace_back();
    jobs[job->second].slices.push_back(static_cast<int>(i));
  }
  return jobs;
}

// How many instances may be under way, so that they stay small beside the voxels. In floating point: the metadata may
// say anything of bits and frames.
int FetchesAtOnce(const dicom::VolumePlan& plan, uint64_t voxel_bytes) {
  double largest = 1;
  for (const dicom::VolumeFrame& slice : plan.slices) {
    const dicom::VolumeInstance& instance = *slice.instance;
    const double frame = 1.0 * instance.Rows * instance.Columns * std::max(1, instance.BitsAllocated / 8);
    largest = std::max(largest, frame * instance.NumberOfFrames);
  }
  const auto room = static_cast<double>(std::max(kMinBytesUnderWay, voxel_bytes / kShareUnderWay));
  return static_cast<int>(std::clamp<double>(room / (kCopiesUnderWay * largest), 1, VolumeLoader::kMaxFetches));
}

// One load, by the caller's thread and its helpers.
class LoadTask {
 public:
  LoadTask(const dicom::Limits& limits, CpuSlots& slots, Parallel& parallel, metrics::Metrics& metrics,
           fetch::Archive& archive, const VolumeSelection& selection, image::VoxelValues values,
           const Operation& operation, absl::FunctionRef<void(double)> progress)
      : limits_(limits),
        slots_(slots),
        parallel_(parallel),
        metrics_(metrics),
        archive_(archive),
        selection_(selection),
        plan_(*selection.plan),
        parent_(operation),
        operation_(operation),
        progress_(progress),
        jobs_(JobsOf(plan_)),
        builder_(plan_.lattice, plan_.places, plan_.stored_type, values) {
    source_.fetched = absl::Now();
    operation_.cancellation = std::make_shared<Cancellation>();
    listener_ = parent_.cancellation->AddListener([stop = operation_.cancellation] { stop->Cancel(); });
  }
  ~LoadTask() { parent_.cancellation->RemoveListener(listener_); }

  int job_count() const { return static_cast<int>(jobs_.size()); }

  // Loads instances until none is left or one has failed.
  void Work() {
    Timings timings = {};
    for (int job = next_job_.fetch_add(1); job < job_count(); job = next_job_.fetch_add(1)) {
      const absl::Status status = LoadInstance(jobs_[job], timings);
      if (!status.ok()) Fail(status);
      if (operation_.cancellation->cancelled()) break;
    }
    absl::MutexLock lock(&mutex_);
    AddLocked(timings);
  }

  absl::StatusOr<std::optional<SourceVolume>> Finish() {
    {
      absl::MutexLock lock(&mutex_);
      if (other_rescale_) return std::optional<SourceVolume>();
      if (!status_.ok()) return status_;
    }
    Timings timings = {};
    VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, AcquireTurn(timings));
    image::Volume volume;
    {
      const SpanTimer timer(metrics_, Span::kDecode, timings);
      volume = builder_.Finish(parallel_);
    }
    absl::MutexLock lock(&mutex_);
    AddLocked(timings);
    source_.volume = std::move(volume);
    std::vector<uint64_t> hashes;
    for (const Job& job : jobs_) hashes.push_back(job.content_hash);
    source_.content_hash = XXH3_64bits(hashes.data(), hashes.size() * sizeof(uint64_t));
    return std::optional<SourceVolume>(std::move(source_));
  }

  // Of all threads together.
  Timings timings() {
    absl::MutexLock lock(&mutex_);
    return timings_;
  }

 private:
  void AddLocked(const Timings& timings) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (size_t i = 0; i < timings.size(); ++i) timings_[i] += timings[i];
  }

  void Fail(const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      if (status_.ok()) status_ = status;
    }
    operation_.cancellation->Cancel();
  }

  // A load that has begun is not given up because others have filled the queue meanwhile.
  absl::StatusOr<CpuSlots::Lease> AcquireTurn(Timings& timings) ABSL_LOCKS_EXCLUDED(turn_) {
    absl::MutexLock turn(&turn_);
    while (true) {
      absl::StatusOr<CpuSlots::Lease> lease = AcquireSlot(slots_, operation_, metrics_, timings);
      if (lease.ok()) admitted_ = true;
      if (lease.ok() || !admitted_ || CategoryOf(lease.status()) != ErrorCategory::kOverloaded) return lease;
      absl::SleepFor(kOverloadPause);
    }
  }

  absl::Status LoadInstance(Job& job, Timings& timings) {
    const dicom::VolumeFrame& first = plan_.slices[job.slices.front()];
    const fetch::ResourcePath path = {selection_.study_instance_uid, first.instance->SeriesInstanceUID,
                                      first.instance->SOPInstanceUID};
    fetch::Bytes bytes;
    {
      const SpanTimer timer(metrics_, Span::kFetch, timings);
      VITRINE_ASSIGN_OR_RETURN(bytes, archive_.Instance(path, operation_));
    }
    VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, AcquireTurn(timings));
    const SpanTimer timer(metrics_, Span::kDecode, timings);
    job.content_hash = XXH3_64bits(bytes->data(), bytes->size());
    VITRINE_ASSIGN_OR_RETURN(const auto instance, dicom::Instance::Parse(bytes, limits_));
    VITRINE_RETURN_IF_ERROR(CheckPlannedInstance(instance->info(), selection_.study_instance_uid, first));
    if (first.instance->NumberOfFrames > 1) {
      VITRINE_RETURN_IF_ERROR(CheckPlannedFrames(*bytes, limits_, plan_, job.slices));
    }
    bytes = nullptr;  // Of a deflated file the instance keeps another copy.
    if (job.slices.size() == 1) return LoadSlice(*instance, job.slices.front());
    parallel_.For(static_cast<int>(job.slices.size()), [&](int i) {
      if (operation_.cancellation->cancelled()) return;
      if (absl::Status status = LoadSlice(*instance, job.slices[i]); !status.ok()) Fail(status);
    });
    return absl::OkStatus();
  }

  absl::Status LoadSlice(const dicom::Instance& instance, int slice) {
    VITRINE_RETURN_IF_ERROR(operation_.Check());
    VITRINE_ASSIGN_OR_RETURN(const dicom::DecodedFrame decoded,
                             instance.DecodeFrame(plan_.slices[slice].number, operation_));
    const SliceFit fit = builder_.Place(slice, decoded.frame, decoded.tone);
    absl::MutexLock lock(&mutex_);
    if (fit == SliceFit::kOtherRescale) other_rescale_ = true;
    if (fit != SliceFit::kPlaced) return SeriesChanged("pixel format or rescale");
    if (slice == selection_.window_slice) {
      source_.modality = instance.info().Modality;
      source_.unit = instance.CalibrationOf(plan_.slices[slice].number).unit;
      source_.windows = WindowsOf(instance.info(), decoded.tone);
    }
    progress_(static_cast<double>(++placed_) / static_cast<double>(plan_.slices.size()));
    return absl::OkStatus();
  }

  const dicom::Limits& limits_;
  CpuSlots& slots_;
  Parallel& parallel_;
  metrics::Metrics& metrics_;
  fetch::Archive& archive_;
  const VolumeSelection& selection_;
  const dicom::VolumePlan& plan_;
  const Operation& parent_;
  Operation operation_;  // Ends with the parent and at the first failure.
  int listener_ = 0;
  const absl::FunctionRef<void(double)> progress_;
  std::vector<Job> jobs_;  // Each the business of one thread until all work is done.
  image::VolumeBuilder builder_;
  std::atomic<int> next_job_ = 0;
  absl::Mutex turn_;  // Held by the one thread that waits for a slot.
  bool admitted_ ABSL_GUARDED_BY(turn_) = false;
  absl::Mutex mutex_;
  int placed_ ABSL_GUARDED_BY(mutex_) = 0;
  bool other_rescale_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  SourceVolume source_ ABSL_GUARDED_BY(mutex_);
  Timings timings_ ABSL_GUARDED_BY(mutex_) = {};
};

// Splits `wall` as the threads' time was split.
void AddShares(const Timings& threads, absl::Duration wall, Timings& timings) {
  const absl::Duration sum = std::accumulate(threads.begin(), threads.end(), absl::ZeroDuration());
  if (sum <= absl::ZeroDuration()) return;
  for (size_t i = 0; i < threads.size(); ++i) timings[i] += wall * absl::FDivDuration(threads[i], sum);
}

}  // namespace

VolumeLoader::VolumeLoader(const dicom::Limits& limits, CpuSlots& slots, Parallel& parallel, metrics::Metrics& metrics)
    : limits_(limits), slots_(slots), parallel_(parallel), metrics_(metrics), fetchers_("volumes", kMaxFetches, 0) {}

absl::StatusOr<std::optional<SourceVolume>> VolumeLoader::Load(fetch::Archive& archive,
                                                               const VolumeSelection& selection,
                                                               image::VoxelValues values, const Operation& operation,
                                                               Timings& timings,
                                                               absl::FunctionRef<void(double)> progress) {
  const absl::Time start = absl::Now();
  LoadTask task(limits_, slots_, parallel_, metrics_, archive, selection, values, operation, progress);
  const uint64_t bytes =
      image::VolumeBuilder::MemoryBytes(selection.plan->lattice, selection.plan->stored_type, values);
  const int fetches = std::min(task.job_count(), FetchesAtOnce(*selection.plan, bytes));
  {
    Helpers helpers(fetchers_);
    for (int helper = 1; helper < fetches; ++helper) {
      if (!helpers.Add([&task] { task.Work(); })) break;
    }
    task.Work();
  }
  absl::StatusOr<std::optional<SourceVolume>> result = task.Finish();
  AddShares(task.timings(), absl::Now() - start, timings);
  return result;
}

}  // namespace vitrine::service
