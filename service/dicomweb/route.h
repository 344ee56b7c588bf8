#ifndef VITRINE_SERVICE_DICOMWEB_ROUTE_H_
#define VITRINE_SERVICE_DICOMWEB_ROUTE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fetch/archive.h"

namespace vitrine::service {

enum class Resource {
  kQuery,     // QIDO-RS.
  kMetadata,  // WADO-RS metadata.
  kStored,    // Instances as they are stored.
  kFrames,    // Frames as they are stored.
  kBulkData,
  kRendered,
  kThumbnail,
  kRenderedMpr,
  kRendered3d,
};

// A resource of the Studies Service (PS3.18 10.1), as a path names it.
struct Route {
  Resource resource = Resource::kQuery;
  absl::string_view name;  // A fixed template name for metrics.
  std::string archive;     // "" for the default one.
  fetch::ResourcePath path;
  fetch::QueryLevel level = fetch::QueryLevel::kStudies;
  std::vector<int> frames;  // The frame list, ascending; empty where the path names none.
  std::string rest;         // Of bulk data: what follows the study, series or instance, percent-encoded.
};

// The route of "/dicom-web/..." or "/archives/{name}/dicom-web/...", its segments percent-decoded. kNotFound for paths
// that mean nothing, kInvalidRequest for a malformed UID or frame list.
absl::StatusOr<Route> ParseRoute(absl::Span<const std::string> segments);

// Whether the path is for ParseRoute() at all.
bool IsDicomWeb(absl::Span<const std::string> segments);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_ROUTE_H_
