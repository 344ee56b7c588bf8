#include "service/handler/archive_volume_source.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "image/volume_builder.h"
#include "service/handler/cache_metrics.h"
#include "service/handler/coarse_selection.h"
#include "service/handler/select_volume.h"
#include "service/handler/view_parts.h"

namespace vitrine::service {
namespace {

using metrics::Span;

// Plans are small: this is some tens of thousands of slices.
constexpr uint64_t kPlanCacheBytes = 32ull << 20;
constexpr uint64_t kSeriesCacheBytes = 4ull << 20;
constexpr uint64_t kBytesPerSeries = 512;

// Whether plans that were read a while ago may be the reason.
bool MayBeOutOfDate(const absl::Status& status) {
  const ErrorCategory category = CategoryOf(status);
  return category == ErrorCategory::kArchiveProtocol || category == ErrorCategory::kNotFound ||
         category == ErrorCategory::kInvalidRequest;
}

// A volume whose memory counts for as long as anybody holds it.
ByteCache<SourceVolume>::Loaded Counted(MemoryBudget::Reservation reservation, SourceVolume source) {
  struct CountedVolume {
    MemoryBudget::Reservation reservation;
    SourceVolume source;
  };
  const image::Volume& volume = source.volume;
  const uint64_t bytes = image::VolumeBuilder::MemoryBytes(volume.lattice, volume.type, image::VoxelValues::kStored);
  auto counted = std::make_shared<CountedVolume>(CountedVolume{std::move(reservation), std::move(source)});
  const SourceVolume* const value = &counted->source;
  return {std::shared_ptr<const SourceVolume>(std::move(counted), value), bytes, value->fetched};
}

}  // namespace

ArchiveVolumeSource::ArchiveVolumeSource(VolumeSourceOptions options, CpuSlots& slots, Parallel& parallel,
                                         metrics::Metrics& metrics)
    : slots_(slots),
      metrics_(metrics),
      parallel_(parallel),
      loader_(options.limits, slots, parallel, metrics),
      coarse_loader_(options.limits, slots, parallel, metrics),
      series_loader_(options.limits, slots, metrics),
      budget_(options.volume_cache_bytes),
      plans_(kPlanCacheBytes, options.max_plan_age),
      series_(kSeriesCacheBytes, options.max_age),
      volumes_(options.volume_cache_bytes, options.max_age) {
  ExportCache(metrics, "volumes", volumes_);
}

absl::StatusOr<std::shared_ptr<const SourceVolume>> ArchiveVolumeSource::Volume(
    const ArchiveSet::Named& archive, const v1::Target& target, const v1::VolumeInput& input,
    const Operation& operation, Timings& timings, const LoadProgress& progress) {
  VITRINE_RETURN_IF_ERROR(CheckVolumeRequest(target, input));
  const std::string key = PlansKey(archive.name, target, input);
  for (bool last_try = false;; last_try = true) {
    bool is_new = false;
    const auto read = [&] {
      const LoadWatchers::Watch watch(watchers_, key, progress);
      return ReadPlans(archive, key, target, input, operation, timings, is_new);
    };
    VITRINE_ASSIGN_OR_RETURN(const auto plans, read());
    const auto load = [&]() -> absl::StatusOr<std::shared_ptr<const SourceVolume>> {
      VITRINE_ASSIGN_OR_RETURN(const NamedSelection selection, SelectVolume(plans, target, input));
      const LoadWatchers::Watch watch(watchers_, selection.key, progress);
      return Load(loader_, archive, selection, operation, timings);
    };
    absl::StatusOr<std::shared_ptr<const SourceVolume>> volume = load();
    if (volume.ok() || !MayBeOutOfDate(volume.status())) return volume;
    plans_.Erase(key);
    if (is_new || last_try) return volume;
  }
}

absl::StatusOr<std::shared_ptr<const SourceVolume>> ArchiveVolumeSource::Coarse(const ArchiveSet::Named& archive,
                                                                                const v1::Target& target,
                                                                                const v1::VolumeInput& input,
                                                                                const Operation& operation,
                                                                                Timings& timings) {
  VITRINE_RETURN_IF_ERROR(CheckVolumeRequest(target, input));
  const std::string key = PlansKey(archive.name, target, input);
  std::shared_ptr<const TargetPlans> plans = plans_.Peek(key);
  if (plans == nullptr) {
    // Whoever loads the series as a whole knows them when it is too late.
    VITRINE_ASSIGN_OR_RETURN(plans, plans_.GetOrLoad(absl::StrCat(key, "/coarse"), operation, [&] {
      return ReadMetadata(archive, target, input, operation, timings);
    }));
  }
  VITRINE_ASSIGN_OR_RETURN(NamedSelection selection, SelectVolume(plans, target, input));
  std::optional<VolumeSelection> coarse = CoarseSelection(selection.volume);
  if (!coarse) return MakeError(ErrorCategory::kUnsupported, "the volume cannot be had from few slices");
  selection.volume = *std::move(coarse);
  absl::StrAppend(&selection.key, "/coarse");
  return Load(coarse_loader_, archive, selection, operation, timings);
}

bool ArchiveVolumeSource::Holds(const ArchiveSet::Named& archive, const v1::Target& target,
                                const v1::VolumeInput& input) const {
  const std::shared_ptr<const TargetPlans> plans = plans_.Peek(PlansKey(archive.name, target, input));
  if (plans == nullptr) return false;
  const absl::StatusOr<NamedSelection> selection = SelectVolume(plans, target, input);
  return selection.ok() && volumes_.Contains(selection->key);
}

absl::StatusOr<std::shared_ptr<const TargetPlans>> ArchiveVolumeSource::ReadPlans(
    const ArchiveSet::Named& archive, const std::string& key, const v1::Target& target, const v1::VolumeInput& input,
    const Operation& operation, Timings& timings, bool& is_new) {
  using Loaded = ByteCache<TargetPlans>::Loaded;
  return plans_.GetOrLoad(key, operation, [&]() -> absl::StatusOr<Loaded> {
    is_new = true;
    if (IsNewSeries(key, target, input)) {
      VITRINE_ASSIGN_OR_RETURN(auto plans, LoadSeries(archive, key, target, input, operation, timings));
      if (plans != nullptr) return Loaded{plans, plans->memory_bytes()};
    }
    return ReadMetadata(archive, target, input, operation, timings);
  });
}

absl::StatusOr<ByteCache<TargetPlans>::Loaded> ArchiveVolumeSource::ReadMetadata(const ArchiveSet::Named& archive,
                                                                                 const v1::Target& target,
                                                                                 const v1::VolumeInput& input,
                                                                                 const Operation& operation,
                                                                                 Timings& timings) {
  std::string metadata;
  {
    const SpanTimer timer(metrics_, Span::kFetch, timings);
    VITRINE_ASSIGN_OR_RETURN(metadata, archive.archive->Metadata(PathOf(target), operation));
  }
  VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, AcquireSlot(slots_, operation, metrics_, timings));
  const SpanTimer timer(metrics_, Span::kDecode, timings);
  VITRINE_ASSIGN_OR_RETURN(dicom::VolumePlans volumes, ReadVolumes(metadata, target, input));
  auto plans = std::make_shared<const TargetPlans>(std::move(volumes), archive.name, target);
  const uint64_t charge = plans->memory_bytes();
  return ByteCache<TargetPlans>::Loaded{std::move(plans), charge};
}

// Not one that could not be loaded as a whole a while ago, nor one whose volume is in memory.
bool ArchiveVolumeSource::IsNewSeries(const std::string& key, const v1::Target& target, const v1::VolumeInput& input) {
  if (target.series_instance_uid().empty() || !target.sop_instance_uid().empty() || !input.match().empty())
    return false;
  const std::shared_ptr<const std::string> volume = series_.Find(key);
  return volume == nullptr || (!volume->empty() && !volumes_.Contains(*volume));
}

// Null where the series cannot be loaded as a whole. Otherwise the volume that the input means is in the cache, if its
// slices can be used as they came.
absl::StatusOr<std::shared_ptr<const TargetPlans>> ArchiveVolumeSource::LoadSeries(
    const ArchiveSet::Named& archive, const std::string& key, const v1::Target& target, const v1::VolumeInput& input,
    const Operation& operation, Timings& timings) {
  std::shared_ptr<const TargetPlans> plans;
  std::string volume;
  const auto use = [&](ArrivedSeries series) {
    std::vector<dicom::VolumeFrame> frames;
    for (const ArrivedImage& image : series.images) frames.push_back(image.frame);
    absl::StatusOr<dicom::VolumePlans> volumes = PlanTarget(std::move(frames), target);
    if (!volumes.ok()) return;
    plans = std::make_shared<const TargetPlans>(*std::move(volumes), archive.name, target);
    const absl::StatusOr<NamedSelection> selection = SelectVolume(plans, target, input);
    if (selection.ok() && Keep(*selection, std::move(series), operation)) volume = selection->key;
  };
  VITRINE_RETURN_IF_ERROR(series_loader_
                              .Load(
                                  *archive.archive, PathOf(target), [this](uint64_t bytes) { return Reserve(bytes); },
                                  operation, timings, [&](double loaded) { watchers_.Report(key, loaded); }, use)
                              .status());
  series_.Put(key, {std::make_shared<const std::string>(volume), kBytesPerSeries});
  return plans;
}

// False where the slices cannot be used as they came.
bool ArchiveVolumeSource::Keep(const NamedSelection& selection, ArrivedSeries series, const Operation& operation) {
  std::optional<SourceVolume> source =
      ArrangeSeries(series, *selection.volume.plan, selection.volume.window_slice, parallel_);
  if (!source) return false;
  return volumes_
      .GetOrLoad(selection.key, operation,
                 [&]() -> absl::StatusOr<ByteCache<SourceVolume>::Loaded> {
                   return Counted(std::move(series.reservation), *std::move(source));
                 })
      .ok();
}

absl::StatusOr<std::shared_ptr<const SourceVolume>> ArchiveVolumeSource::Load(VolumeLoader& loader,
                                                                              const ArchiveSet::Named& archive,
                                                                              const NamedSelection& selection,
                                                                              const Operation& operation,
                                                                              Timings& timings) {
  using Loaded = ByteCache<SourceVolume>::Loaded;
  return volumes_.GetOrLoad(selection.key, operation, [&]() -> absl::StatusOr<Loaded> {
    if (selection.volume.plan->one_rescale) {
      VITRINE_ASSIGN_OR_RETURN(Loaded loaded,
                               LoadAs(loader, archive, selection, image::VoxelValues::kStored, operation, timings));
      if (loaded.value != nullptr) return loaded;
    }
    return LoadAs(loader, archive, selection, image::VoxelValues::kModality, operation, timings);
  });
}

// A null value where the voxels cannot be `values`.
absl::StatusOr<ByteCache<SourceVolume>::Loaded> ArchiveVolumeSource::LoadAs(
    VolumeLoader& loader, const ArchiveSet::Named& archive, const NamedSelection& selection, image::VoxelValues values,
    const Operation& operation, Timings& timings) {
  const dicom::VolumePlan& plan = *selection.volume.plan;
  const uint64_t bytes = image::VolumeBuilder::MemoryBytes(plan.lattice, plan.stored_type, values);
  VITRINE_ASSIGN_OR_RETURN(MemoryBudget::Reservation reservation, Reserve(bytes));
  VITRINE_ASSIGN_OR_RETURN(std::optional<SourceVolume> source,
                           loader.Load(*archive.archive, selection.volume, values, operation, timings,
                                       [&](double loaded) { watchers_.Report(selection.key, loaded); }));
  if (!source) return ByteCache<SourceVolume>::Loaded{};
  return Counted(std::move(reservation), *std::move(source));
}

absl::StatusOr<MemoryBudget::Reservation> ArchiveVolumeSource::Reserve(uint64_t bytes) {
  if (bytes > budget_.bytes()) {
    return MakeError(ErrorCategory::kTooLarge, "the volume is larger than this server accepts",
                     absl::StrCat(bytes, " bytes, limit ", budget_.bytes()));
  }
  for (const bool last_try : {false, true}) {
    if (std::optional<MemoryBudget::Reservation> reservation = budget_.TryReserve(bytes)) {
      return *std::move(reservation);
    }
    const uint64_t left = budget_.bytes() - budget_.used();
    if (!last_try && bytes > left) volumes_.EvictIdle(bytes - left);
  }
  return MakeError(ErrorCategory::kOverloaded, "the server has no room for another volume; try again in a moment");
}

absl::Status ArchiveVolumeSource::Describe(const ArchiveSet::Named& archive, const v1::Target& target,
                                           const Operation& operation, v1::DescribeSeriesResponse& response) {
  VITRINE_RETURN_IF_ERROR(CheckVolumeRequest(target, v1::VolumeInput()));
  VITRINE_ASSIGN_OR_RETURN(const std::string metadata, archive.archive->Metadata(PathOf(target), operation));
  Timings timings = {};
  VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, AcquireSlot(slots_, operation, metrics_, timings));
  return DescribeVolumes(metadata, response);
}

}  // namespace vitrine::service
