#ifndef VITRINE_SERVICE_HANDLER_RENDER_HANDLER_H_
#define VITRINE_SERVICE_HANDLER_RENDER_HANDLER_H_

// The request path. It knows no transport: front ends translate their wire form into v1 messages and back.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "auth/access.h"
#include "base/byte_cache.h"
#include "base/cpu_slots.h"
#include "base/operation.h"
#include "encode/mp4.h"
#include "metrics/metrics.h"
#include "render/renderer.h"
#include "service/handler/archive_set.h"
#include "service/handler/canonical_request.h"
#include "service/handler/cine_sequence.h"
#include "service/handler/image_source.h"
#include "service/handler/picture.h"
#include "service/handler/render_plan.h"
#include "service/handler/volume_source.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// Thread-safe. Calls block the calling thread until the answer is there, the operation is cancelled or its deadline
// passes.
class RenderHandler {
 public:
  // All must outlive the handler.
  struct Dependencies {
    const auth::AnonymousAccess& access;
    const ArchiveSet& archives;
    ImageSource& images;
    VolumeSource& volumes;
    render::Renderer& renderer;
    CpuSlots& slots;
    metrics::Metrics& metrics;
  };
  struct Options {
    uint64_t picture_cache_bytes = 256ull << 20;
    absl::Duration max_age = absl::Hours(1);
    RenderLimits limits;
    std::string video_libraries;  // A folder, as encode::Mp4Encoder takes it.
  };
  RenderHandler(Dependencies dependencies, Options options);

  // One picture file, or a volume view's metadata. The ETag is strong: it hashes the canonical request, the bytes of
  // the instances, the version of the software and the renderer. Errors as proto/vitrine/v1/render_service.proto lists
  // them.
  absl::StatusOr<RenderResult> Render(const auth::Principal& principal, const v1::RenderRequest& request,
                                      const Operation& operation);

  // The picture of a view of a volume that is still loading, from a few of its slices: the same view and size, and kept
  // in no cache. kUnsupported where there is none; other errors as Render().
  absl::StatusOr<RenderResult> RenderCoarse(const auth::Principal& principal, const v1::RenderRequest& request,
                                            const Operation& operation);

  // The canonical requests, each for one picture, that a stream consists of: not one picture is rendered, but what
  // tells how many there are - an instance, a volume - is fetched. kInvalidRequest where the range is empty or too
  // long. `progress` hears of a volume's load.
  absl::StatusOr<std::vector<v1::RenderRequest>> Stills(const auth::Principal& principal,
                                                        const v1::RenderStreamRequest& request,
                                                        const Operation& operation,
                                                        const LoadProgress& progress = nullptr);

  // The frames of a cine that begins with the view, likewise; kInvalidRequest where the view is not of a frame.
  absl::StatusOr<CineSequence> Cine(const auth::Principal& principal, const v1::RenderRequest& view,
                                    const v1::Cine& cine, const Operation& operation);

  // What a series holds, from the archive's metadata.
  absl::StatusOr<v1::DescribeSeriesResponse> DescribeSeries(const auth::Principal& principal,
                                                            const v1::DescribeSeriesRequest& request,
                                                            const Operation& operation);

  // Lengths, angles and values, as proto/vitrine/v1/measure.proto defines them.
  absl::StatusOr<v1::MeasureResponse> Measure(const auth::Principal& principal, const v1::MeasureRequest& request,
                                              const Operation& operation);

  // How many frames the target instance has; fetches it where it is not cached.
  absl::StatusOr<int> NumberOfFrames(const auth::Principal& principal, const v1::Target& target,
                                     const Operation& operation);

  // Brings what the view shows into memory, within its caches' budgets: a decoded frame, a volume. `progress` hears of
  // a volume's load.
  absl::Status Load(const auth::Principal& principal, const v1::RenderRequest& request, const Operation& operation,
                    Timings& timings, const LoadProgress& progress = nullptr);

  // Whether MP4 can be had: kUnsupported with the reason where not. Loads the codec library.
  absl::Status CheckVideo() const { return mp4_.Check(); }

  // Whether the principal may see the target's study; kNotFound for an archive that there is not.
  absl::Status CheckAccess(const auth::Principal& principal, const v1::Target& target) const;

 private:
  // Whether what the view shows is in memory.
  bool Holds(const v1::View& view, const ArchiveSet::Named& archive) const;
  // A place at the archive, where it may have to be asked for what the view shows.
  absl::StatusOr<std::optional<ArchiveGate::Place>> EnterGate(const v1::View& view, const ArchiveSet::Named& archive);
  absl::StatusOr<std::shared_ptr<const Picture>> RenderPicture(RenderPlan plan, const v1::RenderRequest& canonical,
                                                               absl::string_view cache_key, const Operation& operation,
                                                               Timings& timings);
  absl::StatusOr<RenderPlan> Plan(const v1::RenderRequest& canonical, const ArchiveSet::Named& archive,
                                  const Operation& operation, Timings& timings);
  absl::StatusOr<std::string> ComputeAndEncode(const std::vector<PictureJob>& pictures,
                                               const v1::RenderRequest& canonical, const Operation& operation,
                                               Timings& timings);
  absl::StatusOr<image::Raster> Compute(const PictureJob& picture, const Operation& operation, Timings& timings);
  absl::StatusOr<std::shared_ptr<const SourceFrame>> Frame(const v1::View& view, const ArchiveSet::Named& archive,
                                                           const Operation& operation, Timings& timings);
  absl::StatusOr<std::shared_ptr<const SourceVolume>> Volume(const v1::View& view, const ArchiveSet::Named& archive,
                                                             const Operation& operation, Timings& timings,
                                                             const LoadProgress& progress = nullptr);
  // The archive that the target names, if the principal may see its study.
  absl::StatusOr<const ArchiveSet::Named*> Admit(const auth::Principal& principal, const v1::Target& target) const;
  // Whether the request is for a file that can be made.
  absl::Status CheckOneFile(const v1::RenderRequest& canonical) const;
  std::string EntityTag(absl::string_view cache_key, uint64_t content_hash) const;

  const Dependencies dependencies_;
  const Options options_;
  const encode::Mp4Encoder mp4_;
  ByteCache<Picture> pictures_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_RENDER_HANDLER_H_
