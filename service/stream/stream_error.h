#ifndef VITRINE_SERVICE_STREAM_STREAM_ERROR_H_
#define VITRINE_SERVICE_STREAM_STREAM_ERROR_H_

#include <cstdint>

#include "absl/status/status.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// `status` is not OK; of internal errors the client is told no more than that.
v1::StreamError MakeStreamError(uint64_t sequence, const absl::Status& status);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_STREAM_ERROR_H_
