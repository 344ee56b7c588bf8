#ifndef VITRINE_SERVICE_DICOMWEB_STORED_MEDIA_H_
#define VITRINE_SERVICE_DICOMWEB_STORED_MEDIA_H_

// In which form stored objects are handed out (PS3.18 8.7.3).

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/dicomweb/media_range.h"
#include "service/http/message.h"

namespace vitrine::service {

// What the request accepts, the most wanted first; unwanted (q=0) members left out. A request that says nothing accepts
// everything.
std::vector<MediaRange> StoredAccept(const http::Request& request);

// The member as an Accept header for an archive, always multipart; "*/*" becomes `type`.
std::string MultipartAccept(const MediaRange& range, absl::string_view type);

// Whether instances or values of `type` ("application/dicom") in whatever transfer syntax they are stored are covered.
bool CoversStored(const MediaRange& range, absl::string_view type);

// The first member of StoredAccept() that covers the type; its "application/*" becomes it. kNotAcceptable where none
// does.
absl::StatusOr<MediaRange> FindStoredRange(const http::Request& request, absl::string_view type);

// Parts are multipart unless a client names a type by itself.
bool WantsMultipart(const MediaRange& range);

struct FrameMedia {
  std::string type;
  std::string content_type;  // The type with its transfer syntax.
  bool multipart = true;
};

// The form of frames that are stored in the transfer syntax: the first member that covers them.
// "application/octet-stream" covers native frames, and with transfer-syntax=* or the frames' own all others too; an
// image type those of its transfer syntaxes (PS3.18 table 8.7.3-5). kNotAcceptable where none does: nothing is
// converted here.
absl::StatusOr<FrameMedia> MediaOfFrames(const std::vector<MediaRange>& accept, absl::string_view transfer_syntax);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_STORED_MEDIA_H_
