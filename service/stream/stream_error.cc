#include "service/stream/stream_error.h"

#include <string>

#include "base/error.h"

namespace vitrine::service {
namespace {

bool IsRetryable(ErrorCategory category) {
  switch (category) {
    case ErrorCategory::kArchiveUnreachable:
    case ErrorCategory::kArchiveTimeout:
    case ErrorCategory::kOverloaded:
    case ErrorCategory::kDeadline:
    case ErrorCategory::kCancelled: return true;
    default: return false;
  }
}

}  // namespace

v1::StreamError MakeStreamError(uint64_t sequence, const absl::Status& status) {
  const ErrorCategory category = CategoryOf(status);
  v1::StreamError error;
  error.set_sequence(sequence);
  error.set_category(std::string(ErrorCategoryName(category)));
  error.set_message(category == ErrorCategory::kInternal ? "something went wrong in the server"
                                                         : std::string(status.message()));
  error.set_retryable(IsRetryable(category));
  return error;
}

}  // namespace vitrine::service
