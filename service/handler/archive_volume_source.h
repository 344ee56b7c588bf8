#ifndef VITRINE_SERVICE_HANDLER_ARCHIVE_VOLUME_SOURCE_H_
#define VITRINE_SERVICE_HANDLER_ARCHIVE_VOLUME_SOURCE_H_

// Volumes from archives, behind a cache.

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "base/byte_cache.h"
#include "base/cpu_slots.h"
#include "base/memory_budget.h"
#include "base/parallel.h"
#include "dicom/limits.h"
#include "metrics/metrics.h"
#include "service/handler/load_watchers.h"
#include "service/handler/series_loader.h"
#include "service/handler/target_plans.h"
#include "service/handler/volume_loader.h"
#include "service/handler/volume_source.h"

namespace vitrine::service {

struct VolumeSourceOptions {
  uint64_t volume_cache_bytes = 2ull << 30;
  absl::Duration max_age = absl::Hours(1);  // After it, what is cached is fetched again.
  // The same for which instances form the volumes of a target: a series may still be growing.
  absl::Duration max_plan_age = absl::Minutes(5);
  dicom::Limits limits;
};

// A series of which nothing is known is asked for as a whole, where the archive sends series, and the volumes are
// planned from what arrives; otherwise they are planned from metadata, and a volume's instances fetched one by one.
//
// Which volumes a target has is remembered for a while, so that a view of a cached volume asks the archive nothing.
// Where they seem out of date - an instance is gone or has changed, or the request asks for one that is not among them
// - they are read again, once.
//
// All volumes in memory count against volume_cache_bytes, bricks and padding bits included: those that load, those that
// are cached, and those that renders still hold. Room for a new one is made by letting go of volumes that nobody uses;
// where that is not enough the request is refused as kOverloaded, and a volume that could never fit as kTooLarge.
class ArchiveVolumeSource : public VolumeSource {
 public:
  // The references must outlive the source, and `parallel` too; see VolumeLoader.
  ArchiveVolumeSource(VolumeSourceOptions options, CpuSlots& slots, Parallel& parallel, metrics::Metrics& metrics);

  absl::StatusOr<std::shared_ptr<const SourceVolume>> Volume(const ArchiveSet::Named& archive, const v1::Target& target,
                                                             const v1::VolumeInput& input, const Operation& operation,
                                                             Timings& timings,
                                                             const LoadProgress& progress = nullptr) override;

  absl::StatusOr<std::shared_ptr<const SourceVolume>> Coarse(const ArchiveSet::Named& archive, const v1::Target& target,
                                                             const v1::VolumeInput& input, const Operation& operation,
                                                             Timings& timings) override;

  bool Holds(const ArchiveSet::Named& archive, const v1::Target& target, const v1::VolumeInput& input) const override;

  absl::Status Describe(const ArchiveSet::Named& archive, const v1::Target& target, const Operation& operation,
                        v1::DescribeSeriesResponse& response) override;

 private:
  absl::StatusOr<std::shared_ptr<const TargetPlans>> ReadPlans(const ArchiveSet::Named& archive, const std::string& key,
                                                               const v1::Target& target, const v1::VolumeInput& input,
                                                               const Operation& operation, Timings& timings,
                                                               bool& is_new);
  absl::StatusOr<ByteCache<TargetPlans>::Loaded> ReadMetadata(const ArchiveSet::Named& archive,
                                                              const v1::Target& target, const v1::VolumeInput& input,
                                                              const Operation& operation, Timings& timings);
  bool IsNewSeries(const std::string& key, const v1::Target& target, const v1::VolumeInput& input);
  absl::StatusOr<std::shared_ptr<const TargetPlans>> LoadSeries(const ArchiveSet::Named& archive,
                                                                const std::string& key, const v1::Target& target,
                                                                const v1::VolumeInput& input,
                                                                const Operation& operation, Timings& timings);
  bool Keep(const NamedSelection& selection, ArrivedSeries series, const Operation& operation);
  absl::StatusOr<std::shared_ptr<const SourceVolume>> Load(VolumeLoader& loader, const ArchiveSet::Named& archive,
                                                           const NamedSelection& selection, const Operation& operation,
                                                           Timings& timings);
  absl::StatusOr<ByteCache<SourceVolume>::Loaded> LoadAs(VolumeLoader& loader, const ArchiveSet::Named& archive,
                                                         const NamedSelection& selection, image::VoxelValues values,
                                                         const Operation& operation, Timings& timings);
  absl::StatusOr<MemoryBudget::Reservation> Reserve(uint64_t bytes);

  CpuSlots& slots_;
  metrics::Metrics& metrics_;
  Parallel& parallel_;
  VolumeLoader loader_;
  VolumeLoader coarse_loader_;  // With threads of its own: those of the other one are busy when it is needed.
  SeriesLoader series_loader_;
  MemoryBudget budget_;
  ByteCache<TargetPlans> plans_;
  ByteCache<std::string> series_;  // What came of series that were asked for as a whole: a volume's key, or "".
  ByteCache<SourceVolume> volumes_;
  LoadWatchers watchers_;  // By the key of the plans or of the volume.
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_ARCHIVE_VOLUME_SOURCE_H_
