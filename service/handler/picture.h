#ifndef VITRINE_SERVICE_HANDLER_PICTURE_H_
#define VITRINE_SERVICE_HANDLER_PICTURE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/handler/span_timer.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// An encoded picture; or, where only metadata was asked for, these as DICOM JSON. Immutable and shared by the cache and
// the responses.
struct Picture {
  std::shared_ptr<const std::string> data;
  absl::string_view media_type;
  int width = 0;  // Pixels; 0 for metadata.
  int height = 0;
  bool lossy = false;
  std::string etag;                   // Without quotes; see RenderHandler.
  absl::Time fetched;                 // When the oldest of what it shows was fetched.
  std::vector<std::string> warnings;  // What was asked for and has no meaning for this image; one sentence each.
  std::optional<v1::VolumetricMetadata> volumetric_metadata;  // Of views of volumes.
  std::optional<v1::PictureGeometry> geometry;                // As v1::Picture has it.
  std::optional<v1::Window> window;                           // As v1::RenderedFrame.view has it.
};

struct RenderResult {
  std::shared_ptr<const Picture> picture;
  v1::RenderRequest canonical;  // What was asked for, with the defaults that do not depend on the image.
  Timings timings = {};         // Of this request; zero where a cache answered.
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_PICTURE_H_
