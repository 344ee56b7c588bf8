#ifndef VITRINE_SERVICE_STREAM_VIEW_SOURCE_H_
#define VITRINE_SERVICE_STREAM_VIEW_SOURCE_H_

// Where the pictures of one stream come from.

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/operation.h"
#include "service/handler/cine_sequence.h"
#include "service/handler/picture.h"
#include "service/handler/span_timer.h"
#include "service/handler/volume_source.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// Thread-safe. Requests are canonical. Load, Render, Preview and Cine block until they are done or the operation ends.
class ViewSource {
 public:
  virtual ~ViewSource() = default;

  // Brings what the view shows into memory, so that Render() only computes.
  virtual absl::Status Load(const v1::RenderRequest& request, const Operation& operation, Timings& timings,
                            const LoadProgress& progress) = 0;

  virtual absl::StatusOr<RenderResult> Render(const v1::RenderRequest& request, const Operation& operation) = 0;

  // The picture of a few slices of a volume that is still loading; kUnsupported where there is none.
  virtual absl::StatusOr<RenderResult> Preview(const v1::RenderRequest& request, const Operation& operation) = 0;

  // The frames of a cine that begins with the view.
  virtual absl::StatusOr<CineSequence> Cine(const v1::RenderRequest& request, const v1::Cine& cine,
                                            const Operation& operation) = 0;

  // The view has been shown: what lies ahead may be fetched. Does not block.
  virtual void Shown(const v1::View& view) = 0;

  // Ends what Shown() began. The last call.
  virtual void Stop() = 0;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_VIEW_SOURCE_H_
