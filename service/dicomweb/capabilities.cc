#include "service/dicomweb/capabilities.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "service/dicomweb/route.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kJson = "application/dicom+json";
constexpr absl::string_view kStored = "multipart/related; type=\"application/dicom\"";
constexpr absl::string_view kFrames = "multipart/related; type=\"application/octet-stream\"";
constexpr absl::string_view kPicture = "image/jpeg";

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"\"", "&quot;"}, {"<", "&lt;"}});
}

void AddResource(std::string& wadl, absl::string_view path, absl::string_view media_type) {
  absl::StrAppend(&wadl, "<resource path=\"", path, "\"><method name=\"GET\"><response status=\"200\">",
                  "<representation mediaType=\"", Escaped(media_type), "\"/></response></method></resource>\n");
}

}  // namespace

bool IsCapabilitiesRequest(const http::Request& request) {
  if (request.method != "OPTIONS" || !IsDicomWeb(request.segments)) return false;
  const size_t root = request.segments[0] == "archives" ? 3 : 1;
  return request.segments.size() == root || (request.segments.size() == root + 1 && request.segments.back().empty());
}

http::Response CapabilitiesResponse(const std::string& base) {
  constexpr absl::string_view kStudy = "studies/{StudyInstanceUID}";
  const std::string series = absl::StrCat(kStudy, "/series/{SeriesInstanceUID}");
  const std::string instance = absl::StrCat(series, "/instances/{SOPInstanceUID}");
  const std::string frames = absl::StrCat(instance, "/frames/{frameList}");
  std::string wadl = absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<application xmlns=\"http://wadl.dev.java.net/2009/02\">\n",
      "<resources base=\"", Escaped(base), "/\">\n");
  for (const absl::string_view search : {"studies", "series", "instances"}) AddResource(wadl, search, kJson);
  for (const absl::string_view level : {kStudy, absl::string_view(series), absl::string_view(instance)}) {
    AddResource(wadl, level, kStored);
    AddResource(wadl, absl::StrCat(level, "/metadata"), kJson);
  }
  AddResource(wadl, absl::StrCat(kStudy, "/series"), kJson);
  for (const absl::string_view level : {kStudy, absl::string_view(series)}) {
    AddResource(wadl, absl::StrCat(level, "/instances"), kJson);
  }
  AddResource(wadl, frames, kFrames);
  AddResource(wadl, absl::StrCat(instance, "/bulkdata/{attribute}"), kFrames);
  for (const absl::string_view level :
       {kStudy, absl::string_view(series), absl::string_view(instance), absl::string_view(frames)}) {
    for (const absl::string_view kind : {"rendered", "thumbnail", "renderedmpr", "rendered3d"}) {
      AddResource(wadl, absl::StrCat(level, "/", kind), kPicture);
    }
  }
  absl::StrAppend(&wadl, "</resources>\n</application>\n");
  http::Response response = http::MakeResponse(200, "application/vnd.sun.wadl+xml", std::move(wadl));
  response.Set("Allow", "GET, HEAD, OPTIONS").Set("Cache-Control", "no-cache");
  return response;
}

}  // namespace vitrine::service
