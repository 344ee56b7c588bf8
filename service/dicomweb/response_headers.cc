#include "service/dicomweb/response_headers.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kVary = "Accept, Authorization";

}  // namespace

void SetCacheControl(http::Response& response, absl::Duration max_age) {
  response.Set("Cache-Control", absl::StrCat("private, max-age=", absl::ToInt64Seconds(max_age))).Set("Vary", kVary);
}

http::Response JsonResponse(std::string json) {
  http::Response response = http::MakeResponse(200, "application/dicom+json", std::move(json));
  response.Set("Cache-Control", "private, no-cache").Set("Vary", kVary);
  return response;
}

}  // namespace vitrine::service
