#ifndef VITRINE_SERVICE_DICOMWEB_DICOMWEB_SERVICE_H_
#define VITRINE_SERVICE_DICOMWEB_DICOMWEB_SERVICE_H_

// The DICOMweb face: HTTP in, v1 messages to the handler, HTTP out. Only translation.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "auth/access.h"
#include "base/operation.h"
#include "service/dicomweb/accept.h"
#include "service/dicomweb/route.h"
#include "service/handler/archive_set.h"
#include "service/handler/render_handler.h"
#include "service/http/message.h"

namespace vitrine::service {

struct DicomWebOptions {
  absl::Duration client_max_age = absl::Hours(1);  // Cache-Control of pictures.
  bool server_timing = false;                      // Adds Server-Timing.
  int max_pictures = 64;                           // Of one multipart answer, as the next.
  uint64_t max_answer_bytes = 64ull << 20;
};

// Thread-safe.
class DicomWebService {
 public:
  // The references must outlive the service.
  DicomWebService(const auth::AnonymousAccess& access, const ArchiveSet& archives, RenderHandler& handler,
                  DicomWebOptions options)
      : access_(access), archives_(archives), handler_(handler), options_(options) {}

  // For GET and HEAD of a path for which IsDicomWeb() holds. `route_name` receives the metrics name of the route.
  absl::StatusOr<http::Response> Handle(const http::Request& request, const Operation& operation,
                                        absl::string_view& route_name);

 private:
  absl::StatusOr<http::Response> Search(const Route& route, const auth::Principal& principal,
                                        const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> Metadata(const Route& route, const auth::Principal& principal,
                                          const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> Rendered(const Route& route, const auth::Principal& principal,
                                          const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> RenderedVolume(const Route& route, const auth::Principal& principal,
                                                const http::Request& request, const Operation& operation);
  // multipart/related of an animation's pictures.
  absl::StatusOr<http::Response> AnimationParts(const Route& route, const auth::Principal& principal,
                                                const http::Request& request, const v1::RenderRequest& render,
                                                const Operation& operation);
  absl::StatusOr<std::vector<int>> AllFrames(const auth::Principal& principal, const v1::Target& target,
                                             const Operation& operation);

  const auth::AnonymousAccess& access_;
  const ArchiveSet& archives_;
  RenderHandler& handler_;
  const DicomWebOptions options_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_DICOMWEB_SERVICE_H_
