#ifndef VITRINE_SERVICE_DICOMWEB_PARAMETERS_H_
#define VITRINE_SERVICE_DICOMWEB_PARAMETERS_H_

// The query parameters of a rendered resource (PS3.18 8.3.5.1) -> v1 messages.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "service/http/message.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

struct RenderParameter {
  absl::string_view name;
  // kInvalidRequest where the value is malformed.
  absl::Status (*read)(absl::string_view text, v1::RenderRequest& request);
};

// All that there are.
absl::Span<const RenderParameter> RenderParameters();

// Reads window, viewport, quality and the private vitrine-invert (yes, no) and vitrine-bits (8, 16) into `request`.
// Parameters of other names are ignored, as the standard asks. kInvalidRequest says which value is malformed, and how;
// a parameter that is given twice is malformed. `source_region` signs become flips (negative width or height).
absl::Status ReadRenderParameters(const http::Fields& params, v1::RenderRequest& request);

// The box of a thumbnail, where the client names none.
void SetThumbnailSize(v1::Output& output);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_PARAMETERS_H_
