#ifndef VITRINE_SERVICE_DICOMWEB_ACCEPT_H_
#define VITRINE_SERVICE_DICOMWEB_ACCEPT_H_

// Which representation of a rendered resource the client gets (PS3.18 8.7.5 to 8.7.8).

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/http/message.h"
#include "vitrine/v1/view.pb.h"

namespace vitrine::service {

struct Representation {
  v1::Output::Format format = v1::Output::JPEG;
  bool multipart = false;  // multipart/related; type=...
};

// Chooses among image/jpeg (the default) and image/png, alone or in a multipart/related. The accept query parameter
// outranks the header, and must be compatible with it. `several`: the resource has more than one picture, so that
// single-part types do not count. kNotAcceptable (406) where nothing fits or no Accept header was sent; kInvalidRequest
// where DICOM and rendered media types are mixed.
absl::StatusOr<Representation> Negotiate(const http::Request& request, bool several);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_ACCEPT_H_
