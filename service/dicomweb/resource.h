#ifndef VITRINE_SERVICE_DICOMWEB_RESOURCE_H_
#define VITRINE_SERVICE_DICOMWEB_RESOURCE_H_

// What the parts of the DICOMweb face are told of a request, and what they all need.

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "auth/access.h"
#include "base/operation.h"
#include "service/dicomweb/route.h"
#include "service/handler/archive_set.h"
#include "service/http/message.h"
#include "vitrine/v1/view.pb.h"

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

// GET or HEAD of a resource, by somebody. Borrows all.
struct ResourceCall {
  const Route& route;
  const auth::Principal& principal;
  const http::Request& request;
  const Operation& operation;
};

// Who may see a resource, and what it is called from outside. Thread-safe; the references must outlive it.
class ResourceAccess {
 public:
  ResourceAccess(const auth::AnonymousAccess& access, const ArchiveSet& archives, std::string public_url)
      : access_(access), archives_(archives), public_url_(std::move(public_url)) {}

  // The archive of the route, if the principal may see its study.
  absl::StatusOr<const ArchiveSet::Named*> Admit(const ResourceCall& call) const;

  // The public URL that stands before "/studies".
  std::string BaseOf(const ResourceCall& call) const;

 private:
  const auth::AnonymousAccess& access_;
  const ArchiveSet& archives_;
  const std::string public_url_;
};

// "/dicom-web" or "/archives/{name}/dicom-web".
std::string RootOf(const Route& route);

v1::Target TargetOf(const Route& route);

// The query string as the client sent it, less its accept parameter: an archive is asked for what we need.
std::string QueryWithoutAccept(const http::Request& request);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_RESOURCE_H_
