#ifndef VITRINE_SERVICE_DICOMWEB_RENDERED_RESOURCES_H_
#define VITRINE_SERVICE_DICOMWEB_RENDERED_RESOURCES_H_

// Pictures of what an archive holds: rendered, thumbnail, renderedmpr, rendered3d (PS3.18 10.4.1.1.3 to 10.4.1.1.8).

#include <vector>

#include "absl/status/statusor.h"
#include "service/dicomweb/instance_list.h"
#include "service/dicomweb/resource.h"
#include "service/handler/render_handler.h"
#include "service/http/message.h"

namespace vitrine::service {

// Thread-safe; the references must outlive it.
class RenderedResources {
 public:
  RenderedResources(const ResourceAccess& access, RenderHandler& handler, const DicomWebOptions& options)
      : access_(access), handler_(handler), options_(options) {}

  // Of an instance or its frames; an encapsulated PDF as it is.
  absl::StatusOr<http::Response> Instance(const ResourceCall& call);

  // Of a study or a series: every frame where the client takes several pictures, else one that stands for it.
  absl::StatusOr<http::Response> Set(const ResourceCall& call);

  absl::StatusOr<http::Response> Thumbnail(const ResourceCall& call);

  // renderedmpr and rendered3d.
  absl::StatusOr<http::Response> Volume(const ResourceCall& call);

 private:
  absl::StatusOr<http::Response> Frames(const ResourceCall& call);
  absl::StatusOr<http::Response> Document(const ResourceCall& call);
  absl::StatusOr<http::Response> Representative(const ResourceCall& call, v1::RenderRequest render);
  // multipart/related of an animation's pictures.
  absl::StatusOr<http::Response> AnimationParts(const ResourceCall& call, const v1::RenderRequest& render);
  // The instances of the call's study or series.
  absl::StatusOr<std::vector<ListedInstance>> List(const ResourceCall& call) const;
  absl::StatusOr<std::vector<int>> AllFrames(const ResourceCall& call, const v1::Target& target);

  const ResourceAccess& access_;
  RenderHandler& handler_;
  const DicomWebOptions& options_;
};

// The request for pictures of frames that the route and its parameters are.
absl::StatusOr<v1::RenderRequest> ReadFrameRequest(const ResourceCall& call, v1::Output::Format format);

// kTooLarge where one answer cannot hold so many pictures.
absl::Status CheckPictureCount(size_t count, const DicomWebOptions& options);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_RENDERED_RESOURCES_H_
