#ifndef VITRINE_SERVICE_DICOMWEB_RENDERED_RESPONSE_H_
#define VITRINE_SERVICE_DICOMWEB_RENDERED_RESPONSE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/handler/picture.h"
#include "service/http/message.h"

namespace vitrine::service {

// One picture of a multipart answer, with the resource it was rendered from (PS3.18 8.7.1).
struct Part {
  RenderResult result;
  std::string content_location;
};

// The pictures of one answer, within its limit.
class PartList {
 public:
  explicit PartList(uint64_t max_bytes) : max_bytes_(max_bytes) {}

  // kTooLarge where all pictures together are over the limit.
  absl::Status Add(RenderResult result, std::string content_location);

  const std::vector<Part>& parts() const { return parts_; }

 private:
  const uint64_t max_bytes_;
  uint64_t bytes_ = 0;
  std::vector<Part> parts_;
};

// 200 with the picture, or 304 where If-None-Match names its ETag.
http::Response SinglePartResponse(const http::Request& request, const RenderResult& result, absl::Duration max_age);

// multipart/related with every picture in order; its ETag changes with any of theirs.
http::Response MultipartResponse(const http::Request& request, const std::vector<Part>& parts, absl::Duration max_age);

// The Server-Timing header's value: the spans in milliseconds.
std::string ServerTiming(const Timings& timings);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_RENDERED_RESPONSE_H_
