#ifndef VITRINE_SERVICE_DICOMWEB_WADO_URI_H_
#define VITRINE_SERVICE_DICOMWEB_WADO_URI_H_

// WADO-URI (PS3.18 9) in terms of the Studies Service.

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "service/dicomweb/route.h"
#include "service/http/message.h"

namespace vitrine::service {

// "/wado", "/dicom-web/wado" and "/archives/{name}/dicom-web/wado".
bool IsWadoUri(absl::Span<const std::string> segments);

struct WadoUriRequest {
  Route route;
  http::Request request;  // With the query parameters of the resource that the route names.
};

// kInvalidRequest for a missing or malformed parameter, kUnsupported for region, annotation, anonymize and
// presentations, kNotAcceptable for several frames.
absl::StatusOr<WadoUriRequest> TranslateWadoUri(const http::Request& request);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_WADO_URI_H_
