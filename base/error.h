#ifndef VITRINE_BASE_ERROR_H_
#define VITRINE_BASE_ERROR_H_

// Errors that cross the service. The status message is the safe sentence for the client: it names what is wrong with
// the request or the object and never holds patient data, credentials or the archive's address. Two payloads travel
// beside it: a category (a fixed set, a metric label and a wire value) and a detail (call, code, cause; for the log).

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace vitrine {

// The label values of vitrine_errors_total{category}. Fixed: dashboards count on them.
enum class ErrorCategory {
  kNone,                // An OK status, or one without a category.
  kInvalidRequest,      // The request cannot be meant: 400.
  kNotFound,            // The archive does not hold it: 404.
  kNotAcceptable,       // No representation that the client accepts: 406.
  kTooLarge,            // Over a limit of ours: 413.
  kUnsupported,         // Valid DICOM that we cannot show: 501.
  kBadInstance,         // The instance's bytes break the standard: 502.
  kArchiveUnreachable,  // No connection, TLS or DNS failure, connection cut: 502.
  kArchiveProtocol,     // The archive answered something that is not DICOMweb: 502.
  kArchiveTimeout,      // The archive was too slow: 504.
  kOverloaded,          // No room in the queue: 429.
  kDeadline,            // Our own deadline passed: 504.
  kCancelled,           // The client went away: 499 in metrics.
  kInternal,            // Our fault: 500.
};

absl::string_view ErrorCategoryName(ErrorCategory category);

// Builds an error: `code` chooses the gRPC code; `message` is for the client; `detail` is for the log only.
absl::Status MakeError(ErrorCategory category, absl::string_view message, absl::string_view detail = {});

// The category that MakeError() stored; for any other status a category derived from its code.
ErrorCategory CategoryOf(const absl::Status& status);

// The detail that MakeError() stored, or "".
std::string DetailOf(const absl::Status& status);

// Puts `prefix` and ": " before the message, keeping code, category and detail.
absl::Status Prefixed(const absl::Status& status, absl::string_view prefix);

}  // namespace vitrine

#endif  // VITRINE_BASE_ERROR_H_
