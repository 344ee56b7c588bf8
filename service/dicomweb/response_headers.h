#ifndef VITRINE_SERVICE_DICOMWEB_RESPONSE_HEADERS_H_
#define VITRINE_SERVICE_DICOMWEB_RESPONSE_HEADERS_H_

#include <string>

#include "absl/time/time.h"
#include "service/http/message.h"

namespace vitrine::service {

// What the client may keep for itself: Cache-Control and Vary.
void SetCacheControl(http::Response& response, absl::Duration max_age);

// 200 with DICOM JSON, to be asked for again each time.
http::Response JsonResponse(std::string json);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_RESPONSE_HEADERS_H_
