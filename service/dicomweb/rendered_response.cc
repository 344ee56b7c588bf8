#include "service/dicomweb/rendered_response.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "metrics/metrics.h"
#include "service/dicomweb/response_headers.h"
#include "service/http/selection.h"
#include "xxhash.h"

namespace vitrine::service {
namespace {

void SetCacheHeaders(http::Response& response, absl::string_view quoted_etag, absl::Duration max_age) {
  response.Set("ETag", quoted_etag);
  SetCacheControl(response, max_age);
}

void SetWarnings(http::Response& response, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) {
    response.Set("Warning", absl::StrCat("299 vitrine \"", warning, "\""));
  }
}

// A boundary that no picture holds: 128 hash bits of the pictures' identities.
std::string BoundaryOf(const std::vector<Part>& parts) {
  std::string identities;
  for (const Part& part : parts) absl::StrAppend(&identities, part.result.picture->etag, "\n");
  const XXH128_hash_t hash = XXH3_128bits(identities.data(), identities.size());
  return absl::StrFormat("%016x%016x", hash.high64, hash.low64);
}

}  // namespace

absl::Status PartList::Add(RenderResult result, std::string content_location) {
  bytes_ += result.picture->data->size();
  if (bytes_ > max_bytes_) {
    return MakeError(ErrorCategory::kTooLarge, "the answer would be over the server's limit; ask for fewer pictures");
  }
  parts_.push_back({std::move(result), std::move(content_location)});
  return absl::OkStatus();
}

http::Response SinglePartResponse(const http::Request& request, const RenderResult& result, absl::Duration max_age) {
  const Picture& picture = *result.picture;
  const std::string etag = absl::StrCat("\"", picture.etag, "\"");
  http::Response response;
  SetCacheHeaders(response, etag, max_age);
  if (http::MatchesEntityTag(request, etag)) {
    response.status = 304;
    return response;
  }
  response.body = picture.data;
  response.Set("Content-Type", picture.media_type);
  SetWarnings(response, picture.warnings);
  return response;
}

http::Response MultipartResponse(const http::Request& request, const std::vector<Part>& parts, absl::Duration max_age) {
  const std::string boundary = BoundaryOf(parts);
  const std::string etag = absl::StrCat("\"m-", boundary, "\"");
  http::Response response;
  if (http::MatchesEntityTag(request, etag)) {
    response.status = 304;
  } else {
    std::string body;
    for (const Part& part : parts) {
      const Picture& picture = *part.result.picture;
      absl::StrAppend(&body, "--", boundary, "\r\nContent-Type: ", picture.media_type,
                      "\r\nContent-Length: ", picture.data->size(), "\r\nContent-Location: ", part.content_location,
                      "\r\n\r\n", *picture.data, "\r\n");
    }
    absl::StrAppend(&body, "--", boundary, "--\r\n");
    const absl::string_view type = parts.front().result.picture->media_type;
    response = http::MakeResponse(200, absl::StrCat("multipart/related; type=\"", type, "\"; boundary=", boundary),
                                  std::move(body));
    SetWarnings(response, parts.front().result.picture->warnings);
  }
  SetCacheHeaders(response, etag, max_age);
  return response;
}

std::string ServerTiming(const Timings& timings) {
  std::string value;
  for (size_t i = 0; i < timings.size(); ++i) {
    absl::StrAppendFormat(&value, "%s%s;dur=%.3f", i == 0 ? "" : ", ", metrics::SpanName(static_cast<metrics::Span>(i)),
                          absl::ToDoubleMilliseconds(timings[i]));
  }
  return value;
}

}  // namespace vitrine::service
