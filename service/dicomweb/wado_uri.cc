#include "service/dicomweb/wado_uri.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "service/dicomweb/parameter_values.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kDicom = "application/dicom";

std::optional<std::string> Find(const http::Request& request, absl::string_view name) {
  for (const auto& [key, value] : request.params) {
    if (key == name && !value.empty()) return value;
  }
  return std::nullopt;
}

absl::StatusOr<std::string> RequiredUid(const http::Request& request, absl::string_view name) {
  const std::optional<std::string> uid = Find(request, name);
  if (!uid || !fetch::IsValidUid(*uid)) return InvalidParameter(name, "a UID is required");
  return *uid;
}

absl::Status CheckServed(const http::Request& request) {
  for (const absl::string_view name : {"region", "annotation", "anonymize", "presentationUID"}) {
    if (Find(request, name)) return MakeError(ErrorCategory::kUnsupported, absl::StrCat(name, " is not served"));
  }
  return absl::OkStatus();
}

absl::Status SetFrame(const http::Request& request, Route& route) {
  const std::optional<std::string> text = Find(request, "frameNumber");
  if (!text) return absl::OkStatus();
  const std::optional<int> number = ParseUint(*text);
  if (!number || *number < 1) return InvalidParameter("frameNumber", "give an integer from 1 on");
  route.frames = {*number};
  return absl::OkStatus();
}

// The image parameters under the names that rendered resources know.
absl::Status SetImageParameters(const http::Request& request, http::Fields& params) {
  const auto center = Find(request, "windowCenter");
  const auto width = Find(request, "windowWidth");
  if (center.has_value() != width.has_value())
    return InvalidParameter("windowCenter", "goes together with windowWidth");
  if (center) params.emplace_back("window", absl::StrCat(*center, ",", *width, ",linear"));
  const auto columns = Find(request, "columns");
  const auto rows = Find(request, "rows");
  if (columns || rows) {
    // Either alone bounds that side (PS3.18 9.1.2.2.2).
    constexpr absl::string_view kUnbounded = "8192";
    params.emplace_back("viewport", absl::StrCat(columns ? *columns : kUnbounded, ",", rows ? *rows : kUnbounded));
  }
  if (const auto quality = Find(request, "imageQuality")) params.emplace_back("quality", *quality);
  return absl::OkStatus();
}

}  // namespace

bool IsWadoUri(absl::Span<const std::string> segments) {
  if (segments.empty() || segments.back() != "wado") return false;
  return segments.size() == 1 || (segments.size() == 2 && segments[0] == "dicom-web") ||
         (segments.size() == 4 && segments[0] == "archives" && segments[2] == "dicom-web");
}

absl::StatusOr<WadoUriRequest> TranslateWadoUri(const http::Request& request) {
  if (Find(request, "requestType").value_or("") != "WADO") return InvalidParameter("requestType", "must be WADO");
  VITRINE_RETURN_IF_ERROR(CheckServed(request));
  WadoUriRequest result;
  Route& route = result.route;
  route.name = "wado_uri";
  if (request.segments.size() == 4) route.archive = request.segments[1];
  VITRINE_ASSIGN_OR_RETURN(route.path.StudyInstanceUID, RequiredUid(request, "studyUID"));
  VITRINE_ASSIGN_OR_RETURN(route.path.SeriesInstanceUID, RequiredUid(request, "seriesUID"));
  VITRINE_ASSIGN_OR_RETURN(route.path.SOPInstanceUID, RequiredUid(request, "objectUID"));
  result.request = request;
  result.request.params.clear();
  std::string content_type = Find(request, "contentType").value_or("*/*");
  if (absl::StartsWith(content_type, kDicom)) {
    route.resource = Resource::kStored;
    if (const auto syntax = Find(request, "transferSyntax")) {
      absl::StrAppend(&content_type, "; transfer-syntax=", *syntax);
    }
  } else {
    route.resource = Resource::kRendered;
    VITRINE_RETURN_IF_ERROR(SetFrame(request, route));
    VITRINE_RETURN_IF_ERROR(SetImageParameters(request, result.request.params));
  }
  result.request.params.emplace_back("accept", content_type);
  return result;
}

}  // namespace vitrine::service
