#ifndef VITRINE_SERVICE_HANDLER_VOLUME_SOURCE_H_
#define VITRINE_SERVICE_HANDLER_VOLUME_SOURCE_H_

// From a target to a volume in memory: which frames form it, fetching and decoding them, and a cache of the result.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/operation.h"
#include "image/tone_curve.h"
#include "image/volume.h"
#include "service/handler/archive_set.h"
#include "service/handler/span_timer.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// A volume ready to be rendered. Immutable and shared.
struct SourceVolume {
  image::Volume volume;
  std::string modality;                // Modality (0008,0060).
  std::string unit;                    // Of modality values, as dicom::FrameCalibration has it.
  std::vector<image::Window> windows;  // Of the reference instance, else of the middle slice; the default one first.
  uint64_t content_hash = 0;           // Of the bytes of all its instances, in the order of the slices.
  absl::Time fetched = absl::Now();    // When its load began.
};

// Hears how much of a volume is loaded, 0 to 1, rising. Called from any thread, one call at a time; must not block. A
// load that starts again, because the client that led it went away or another way has to be taken, begins anew.
using LoadProgress = std::function<void(double)>;

// Thread-safe. The caller has decided on access.
class VolumeSource {
 public:
  virtual ~VolumeSource() = default;

  // The volume that target and input name (proto/vitrine/v1/view.proto): of a study (empty series_instance_uid), a
  // series, an instance, or frames of one. Loads it once however many ask, or finds it in the cache. kInvalidRequest
  // with the reason where the target holds no volume, or several and the input does not say which; kTooLarge for one
  // over the budget, before anything of it is fetched; kOverloaded where renders hold too many others; kArchiveProtocol
  // where the instances are not what the metadata said. `progress`, where it is set, hears of the load until this
  // returns, whichever caller leads it.
  virtual absl::StatusOr<std::shared_ptr<const SourceVolume>> Volume(const ArchiveSet::Named& archive,
                                                                     const v1::Target& target,
                                                                     const v1::VolumeInput& input,
                                                                     const Operation& operation, Timings& timings,
                                                                     const LoadProgress& progress = nullptr) = 0;

  // That volume from a few of its slices, with the same outer edges, for a picture while it loads. Fetches and decodes
  // them beside the load, once however many ask. kUnsupported where that would be hardly sooner; errors as Volume().
  virtual absl::StatusOr<std::shared_ptr<const SourceVolume>> Coarse(const ArchiveSet::Named& archive,
                                                                     const v1::Target& target,
                                                                     const v1::VolumeInput& input,
                                                                     const Operation& operation, Timings& timings) = 0;

  // Whether the volume can be had without asking the archive.
  virtual bool Holds(const ArchiveSet::Named& archive, const v1::Target& target,
                     const v1::VolumeInput& input) const = 0;

  // Fills in `volumes` and `left_out` of a series' description.
  virtual absl::Status Describe(const ArchiveSet::Named& archive, const v1::Target& target, const Operation& operation,
                                v1::DescribeSeriesResponse& response) = 0;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VOLUME_SOURCE_H_
