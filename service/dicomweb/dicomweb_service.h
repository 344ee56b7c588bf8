#ifndef VITRINE_SERVICE_DICOMWEB_DICOMWEB_SERVICE_H_
#define VITRINE_SERVICE_DICOMWEB_DICOMWEB_SERVICE_H_

// The DICOMweb face: HTTP in, v1 messages to the handler, HTTP out. Only translation.

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "auth/access.h"
#include "base/operation.h"
#include "service/dicomweb/rendered_resources.h"
#include "service/dicomweb/resource.h"
#include "service/dicomweb/stored_objects.h"
#include "service/dicomweb/virtual_listings.h"
#include "service/dicomweb/virtual_resources.h"
#include "service/handler/archive_set.h"
#include "service/handler/image_source.h"
#include "service/handler/render_handler.h"
#include "service/http/message.h"
#include "service/virtual_series/virtual_studies.h"

namespace vitrine::service {

// Thread-safe.
class DicomWebService {
 public:
  // The references must outlive the service. `virtual_studies`: null for none.
  DicomWebService(const auth::AnonymousAccess& access, const ArchiveSet& archives, ImageSource& images,
                  RenderHandler& handler, VirtualStudies* virtual_studies, DicomWebOptions options)
      : options_(std::move(options)),
        authenticator_(access),
        access_(access, archives, options_.public_url),
        rendered_(access_, handler, options_),
        stored_(access_, images, options_) {
    if (virtual_studies == nullptr) return;
    virtual_listings_.emplace(*virtual_studies);
    virtual_resources_.emplace(access_, *virtual_studies, handler, options_);
  }

  // For GET and HEAD of a path for which IsDicomWeb() or IsWadoUri() holds. `route_name` receives the metrics name of
  // the route.
  absl::StatusOr<http::Response> Handle(const http::Request& request, const Operation& operation,
                                        absl::string_view& route_name);

 private:
  absl::StatusOr<http::Response> Dispatch(const ResourceCall& call);
  absl::StatusOr<http::Response> Search(const ResourceCall& call);
  absl::StatusOr<http::Response> Metadata(const ResourceCall& call);

  const DicomWebOptions options_;  // Of all parts.
  const auth::AnonymousAccess& authenticator_;
  const ResourceAccess access_;
  RenderedResources rendered_;
  StoredObjects stored_;
  std::optional<VirtualListings> virtual_listings_;
  std::optional<VirtualResources> virtual_resources_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_DICOMWEB_SERVICE_H_
