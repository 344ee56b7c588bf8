#ifndef VITRINE_SERVICE_DICOMWEB_ACCEPT_H_
#define VITRINE_SERVICE_DICOMWEB_ACCEPT_H_

// Which representation of a rendered resource the client gets (PS3.18 8.7.5 to 8.7.8).

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/http/message.h"
#include "vitrine/v1/view.pb.h"

namespace vitrine::service {

struct Representation {
  v1::Output::Format format = v1::Output::JPEG;
  bool multipart = false;  // multipart/related; type=...
};

// What a resource has to give.
enum class Offer {
  kPicture,             // image/jpeg (the default), image/png, image/gif, or a multipart/related of the first two.
  kPictures,            // A multipart/related of image/jpeg (the default) or image/png.
  kAnimation,           // image/gif (the default), video/mp4, or a multipart/related of its pictures.
  kPictureOrAnimation,  // image/jpeg (the default) and image/png show one thing, the others another.
};

// Chooses a representation. The accept query parameter takes the place of the header: clients that cannot set the one
// set the other (PS3.18 8.7.6 wants them compatible, and real ones are not).
// `check_video` is asked where video/mp4 would be chosen; its error, the reason why there is none, makes that none of
// the choices. kNotAcceptable (406) where nothing fits or no Accept header was sent; kInvalidRequest where DICOM and
// rendered media types are mixed.
absl::StatusOr<Representation> Negotiate(const http::Request& request, Offer offer,
                                         absl::FunctionRef<absl::Status()> check_video);
// The same for stills, of which none is a video.
absl::StatusOr<Representation> Negotiate(const http::Request& request, Offer offer);

// For resources that are served as application/dicom+json alone. kNotAcceptable (406) where the Accept header or the
// accept query parameter rules that out; a client that sends neither gets it.
absl::Status CheckAcceptsJson(const http::Request& request);

// Whether the request accepts the type as a single part, by name or by wildcard.
bool Accepts(const http::Request& request, absl::string_view type);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_ACCEPT_H_
