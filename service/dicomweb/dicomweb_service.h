#ifndef VITRINE_SERVICE_DICOMWEB_DICOMWEB_SERVICE_H_
#define VITRINE_SERVICE_DICOMWEB_DICOMWEB_SERVICE_H_

// The DICOMweb face: HTTP in, v1 messages to the handler, HTTP out. Only translation.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "auth/access.h"
#include "base/operation.h"
#include "service/dicomweb/accept.h"
#include "service/dicomweb/route.h"
#include "service/handler/archive_set.h"
#include "service/handler/image_source.h"
#include "service/handler/render_handler.h"
#include "service/http/message.h"
#include "service/virtual_series/virtual_studies.h"

namespace vitrine::service {

struct DicomWebOptions {
  absl::Duration client_max_age = absl::Hours(1);  // Cache-Control of pictures.
  bool server_timing = false;                      // Adds Server-Timing.
  int max_pictures = 64;                           // Of one multipart answer, as the next.
  uint64_t max_answer_bytes = 64ull << 20;
  uint64_t max_stored_bytes = 512ull << 20;  // Of a stored object that is handed out as a single part.
  int max_virtual_renders = 48;              // Frames of virtual series that wait for their turn at once.
  std::string public_url;                    // See http::PublicBase().
};

// Thread-safe.
class DicomWebService {
 public:
  // The references must outlive the service. `virtual_studies`: null for none.
  DicomWebService(const auth::AnonymousAccess& access, const ArchiveSet& archives, ImageSource& images,
                  RenderHandler& handler, VirtualStudies* virtual_studies, DicomWebOptions options)
      : access_(access),
        archives_(archives),
        images_(images),
        handler_(handler),
        virtual_studies_(virtual_studies),
        virtual_renders_(options.max_virtual_renders),
        options_(std::move(options)) {}

  // For GET and HEAD of a path for which IsDicomWeb() or IsWadoUri() holds. `route_name` receives the metrics name of
  // the route.
  absl::StatusOr<http::Response> Handle(const http::Request& request, const Operation& operation,
                                        absl::string_view& route_name);

 private:
  absl::StatusOr<http::Response> Dispatch(const Route& route, const auth::Principal& principal,
                                          const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> Search(const Route& route, const auth::Principal& principal,
                                        const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> Metadata(const Route& route, const auth::Principal& principal,
                                          const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> Rendered(const Route& route, const auth::Principal& principal,
                                          const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> RenderedFrames(const Route& route, const auth::Principal& principal,
                                                const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> RenderedVolume(const Route& route, const auth::Principal& principal,
                                                const http::Request& request, const Operation& operation);
  // multipart/related of an animation's pictures.
  absl::StatusOr<http::Response> AnimationParts(const Route& route, const auth::Principal& principal,
                                                const http::Request& request, const v1::RenderRequest& render,
                                                const Operation& operation);
  // Of a study or a series: every frame where the client takes several pictures, else one that stands for it.
  absl::StatusOr<http::Response> RenderedSet(const Route& route, const auth::Principal& principal,
                                             const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> Thumbnail(const Route& route, const auth::Principal& principal,
                                           const http::Request& request, const Operation& operation);
  // An encapsulated PDF as it is, if the instance holds one.
  absl::StatusOr<http::Response> RenderedDocument(const Route& route, const auth::Principal& principal,
                                                  const Operation& operation);
  absl::StatusOr<http::Response> Representative(const Route& route, const auth::Principal& principal,
                                                const http::Request& request, v1::RenderRequest render,
                                                const Operation& operation);

  absl::StatusOr<http::Response> Stored(const Route& route, const auth::Principal& principal,
                                        const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> StoredParts(const Route& route, const ArchiveSet::Named& archive,
                                             const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> Frames(const Route& route, const auth::Principal& principal,
                                        const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> PassedFrames(const Route& route, const ArchiveSet::Named& archive,
                                              const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> OwnFrames(const Route& route, const ArchiveSet::Named& archive,
                                           const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> BulkData(const Route& route, const auth::Principal& principal,
                                          const http::Request& request, const Operation& operation);
  // What a DICOMweb server answers to `path`: handed on as it comes, or its payload as a single part.
  absl::StatusOr<http::Response> Pass(const ArchiveSet::Named& archive, const std::string& path,
                                      absl::string_view accept, bool multipart, const Operation& operation);
  void SetStoredHeaders(http::Response& response) const;

  // A resource of a virtual series.
  absl::StatusOr<http::Response> Virtual(const Route& route, const auth::Principal& principal,
                                         const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> VirtualFrame(const VirtualSeries& series, int index, const auth::Principal& principal,
                                              const http::Request& request, const Operation& operation);
  absl::StatusOr<http::Response> VirtualPicture(const Route& route, const VirtualSeries& series, int index,
                                                const auth::Principal& principal, const http::Request& request,
                                                const Operation& operation);
  absl::StatusOr<http::Response> VirtualInstance(const VirtualSeries& series, int index,
                                                 const auth::Principal& principal, const http::Request& request,
                                                 const Operation& operation);
  absl::StatusOr<std::string> VirtualPixels(const VirtualSeries& series, int index, v1::Output::Format format,
                                            const auth::Principal& principal, const Operation& operation);
  // The archive's answer with what is virtual beside it. Where that cannot be found out, a Warning says so.
  absl::StatusOr<fetch::QueryResult> SearchWithVirtual(const Route& route, const ArchiveSet::Named& archive,
                                                       const std::string& query, const Operation& operation);
  std::string CountVirtual(const ArchiveSet::Named& archive, std::string studies, std::string& warning,
                           const Operation& operation);
  absl::StatusOr<std::string> MetadataWithVirtual(const Route& route, const ArchiveSet::Named& archive,
                                                  const Operation& operation);

  // The archive of the route, if the principal may see its study.
  absl::StatusOr<const ArchiveSet::Named*> Admit(const Route& route, const auth::Principal& principal) const;
  // The public URL that stands before "/studies".
  std::string BaseOf(const Route& route, const http::Request& request) const;
  absl::StatusOr<std::vector<int>> AllFrames(const auth::Principal& principal, const v1::Target& target,
                                             const Operation& operation);

  const auth::AnonymousAccess& access_;
  const ArchiveSet& archives_;
  ImageSource& images_;
  RenderHandler& handler_;
  VirtualStudies* const virtual_studies_;
  ArchiveGate virtual_renders_;
  const DicomWebOptions options_;
};

// The query string as the client sent it, less its accept parameter: an archive is asked for what we need.
std::string QueryWithoutAccept(const http::Request& request);

v1::Target TargetOf(const Route& route);

// 200 with DICOM JSON.
http::Response JsonResponse(std::string json);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_DICOMWEB_SERVICE_H_
