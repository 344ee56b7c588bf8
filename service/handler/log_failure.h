#ifndef VITRINE_SERVICE_HANDLER_LOG_FAILURE_H_
#define VITRINE_SERVICE_HANDLER_LOG_FAILURE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/log.h"

namespace vitrine::service {

// One line about a request that failed, the same for every face of the service. A client that left is no news.
inline void LogFailure(const absl::Status& status, absl::string_view route, absl::string_view request_id) {
  const ErrorCategory category = CategoryOf(status);
  const Severity severity = category == ErrorCategory::kInternal    ? Severity::kError
                            : category == ErrorCategory::kCancelled ? Severity::kDebug
                                                                    : Severity::kInfo;
  Log(severity, "request failed",
      {{"route", route},
       {"category", ErrorCategoryName(category)},
       {"message", status.message()},
       {"detail", DetailOf(status)},
       {"request_id", request_id}});
}

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_LOG_FAILURE_H_
