#include "service/handler/volume_loader.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/instance.h"
#include "dicom/instance_with_frames.h"
#include "service/handler/content_hash.h"
#include "service/handler/load_threads.h"
#include "service/handler/planned_instance.h"
#include "service/handler/volume_appearance.h"

namespace vitrine::service {
namespace {

using image::SliceFit;
using metrics::Span;

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

// Of the largest instance, uncompressed.
double InstanceBytes(const dicom::VolumePlan& plan) {
  double largest = 0;
  for (const dicom::VolumeFrame& slice : plan.slices) {
    const dicom::VolumeInstance& instance = *slice.instance;
    const double frame = 1.0 * instance.Rows * instance.Columns * std::max(1, instance.BitsAllocated / 8);
    largest = std::max(largest, frame * instance.NumberOfFrames);
  }
  return largest;
}

// One load, by the caller's thread and its helpers.
class LoadTask {
 public:
  LoadTask(const dicom::Limits& limits, CpuSlots& slots, Parallel& parallel, metrics::Metrics& metrics,
           fetch::Archive& archive, const VolumeSelection& selection, image::VoxelValues values,
           const Operation& operation, absl::FunctionRef<void(double)> progress)
      : limits_(limits),
        parallel_(parallel),
        metrics_(metrics),
        archive_(archive),
        selection_(selection),
        plan_(*selection.plan),
        progress_(progress),
        jobs_(JobsOf(plan_)),
        threads_(slots, metrics, operation),
        builder_(plan_.lattice, plan_.places, plan_.stored_type, values) {
    source_.fetched = absl::Now();
  }

  absl::StatusOr<std::optional<SourceVolume>> Run(ThreadPool& pool, int threads, Timings& timings) {
    threads_.Run(pool, std::min<int>(threads, static_cast<int>(jobs_.size())), [this](Timings& own) { Work(own); });
    absl::StatusOr<std::optional<SourceVolume>> result;
    threads_.Run(pool, 1, [&](Timings& own) { result = Finish(own); });
    threads_.AddWallTime(timings);
    return result;
  }

 private:
  // Loads instances until none is left or one has failed.
  void Work(Timings& timings) {
    const int count = static_cast<int>(jobs_.size());
    for (int job = next_job_.fetch_add(1); job < count && !threads_.stopped(); job = next_job_.fetch_add(1)) {
      const absl::Status status = LoadInstance(jobs_[job], timings);
      if (!status.ok()) threads_.Fail(status);
    }
  }

  absl::StatusOr<std::optional<SourceVolume>> Finish(Timings& timings) {
    absl::MutexLock lock(&mutex_);
    if (other_rescale_) return std::optional<SourceVolume>();
    VITRINE_RETURN_IF_ERROR(threads_.status());
    VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, threads_.AcquireTurn(timings));
    const SpanTimer timer(metrics_, Span::kDecode, timings);
    source_.volume = builder_.Finish(parallel_);
    std::vector<uint64_t> hashes;
    for (const Job& job : jobs_) hashes.push_back(job.content_hash);
    source_.content_hash = VolumeHash(hashes);
    PrepareAppearance(source_, parallel_);
    return std::optional<SourceVolume>(std::move(source_));
  }

  absl::Status LoadInstance(Job& job, Timings& timings) {
    const dicom::VolumeFrame& first = plan_.slices[job.slices.front()];
    const fetch::ResourcePath path = {selection_.study_instance_uid, first.instance->SeriesInstanceUID,
                                      first.instance->SOPInstanceUID};
    fetch::Bytes bytes;
    {
      const SpanTimer timer(metrics_, Span::kFetch, timings);
      VITRINE_ASSIGN_OR_RETURN(bytes, archive_.Instance(path, threads_.operation()));
    }
    VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, threads_.AcquireTurn(timings));
    const SpanTimer timer(metrics_, Span::kDecode, timings);
    job.content_hash = InstanceHash(*bytes);
    // Moved: of a deflated file the instance keeps another copy.
    VITRINE_ASSIGN_OR_RETURN(const auto instance, Parse(std::move(bytes), job));
    if (job.slices.size() == 1) return LoadSlice(*instance, job.slices.front());
    parallel_.For(static_cast<int>(job.slices.size()), [&](int i) {
      if (threads_.stopped()) return;
      if (absl::Status status = LoadSlice(*instance, job.slices[i]); !status.ok()) threads_.Fail(status);
    });
    return absl::OkStatus();
  }

  // The instance, if it is the planned one.
  absl::StatusOr<std::shared_ptr<const dicom::Instance>> Parse(fetch::Bytes bytes, const Job& job) {
    const dicom::VolumeFrame& first = plan_.slices[job.slices.front()];
    const bool several = first.instance->NumberOfFrames > 1;
    dicom::InstanceWithFrames parsed;
    if (several) {
      VITRINE_ASSIGN_OR_RETURN(parsed, dicom::ParseInstanceWithFrames(std::move(bytes), limits_));
    } else {
      VITRINE_ASSIGN_OR_RETURN(parsed.instance, dicom::Instance::Parse(std::move(bytes), limits_));
    }
    VITRINE_RETURN_IF_ERROR(CheckPlannedInstance(parsed.instance->info(), selection_.study_instance_uid, first));
    if (several) VITRINE_RETURN_IF_ERROR(CheckPlannedFrames(parsed.frames, plan_, job.slices));
    return std::move(parsed.instance);
  }

  absl::Status LoadSlice(const dicom::Instance& instance, int slice) {
    VITRINE_RETURN_IF_ERROR(threads_.operation().Check());
    VITRINE_ASSIGN_OR_RETURN(const dicom::DecodedFrame decoded,
                             instance.DecodeFrame(plan_.slices[slice].number, threads_.operation()));
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
  Parallel& parallel_;
  metrics::Metrics& metrics_;
  fetch::Archive& archive_;
  const VolumeSelection& selection_;
  const dicom::VolumePlan& plan_;
  const absl::FunctionRef<void(double)> progress_;
  std::vector<Job> jobs_;  // Each the business of one thread until all work is done.
  LoadThreads threads_;
  image::VolumeBuilder builder_;
  std::atomic<int> next_job_ = 0;
  absl::Mutex mutex_;
  int placed_ ABSL_GUARDED_BY(mutex_) = 0;
  bool other_rescale_ ABSL_GUARDED_BY(mutex_) = false;
  SourceVolume source_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

VolumeLoader::VolumeLoader(const dicom::Limits& limits, CpuSlots& slots, Parallel& parallel, metrics::Metrics& metrics)
    : limits_(limits), slots_(slots), parallel_(parallel), metrics_(metrics), fetchers_("volumes", kMaxFetches, 0) {}

absl::StatusOr<std::optional<SourceVolume>> VolumeLoader::Load(fetch::Archive& archive,
                                                               const VolumeSelection& selection,
                                                               image::VoxelValues values, const Operation& operation,
                                                               Timings& timings,
                                                               absl::FunctionRef<void(double)> progress) {
  LoadTask task(limits_, slots_, parallel_, metrics_, archive, selection, values, operation, progress);
  const dicom::VolumePlan& plan = *selection.plan;
  const uint64_t bytes = image::VolumeBuilder::MemoryBytes(plan.lattice, plan.stored_type, values);
  return task.Run(fetchers_, LoadThreads::CountFor(InstanceBytes(plan), bytes), timings);
}

}  // namespace vitrine::service
