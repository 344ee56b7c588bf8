#include "base/error.h"

#include <array>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace vitrine {
namespace {

constexpr absl::string_view kCategoryPayload = "vitrine/category";
constexpr absl::string_view kDetailPayload = "vitrine/detail";

struct Row {
  ErrorCategory category;
  absl::string_view name;
  absl::StatusCode code;
};

// Indexed by category. Where two categories share a code, the first one listed is what a bare status of that code
// means.
constexpr std::array<Row, 14> kRows = {{
    {ErrorCategory::kNone, "none", absl::StatusCode::kOk},
    {ErrorCategory::kInvalidRequest, "invalid_request", absl::StatusCode::kInvalidArgument},
    {ErrorCategory::kNotFound, "not_found", absl::StatusCode::kNotFound},
    {ErrorCategory::kNotAcceptable, "not_acceptable", absl::StatusCode::kInvalidArgument},
    {ErrorCategory::kTooLarge, "too_large", absl::StatusCode::kOutOfRange},
    {ErrorCategory::kUnsupported, "unsupported", absl::StatusCode::kUnimplemented},
    {ErrorCategory::kBadInstance, "bad_instance", absl::StatusCode::kDataLoss},
    {ErrorCategory::kArchiveUnreachable, "archive_unreachable", absl::StatusCode::kUnavailable},
    {ErrorCategory::kArchiveProtocol, "archive_protocol", absl::StatusCode::kUnavailable},
    {ErrorCategory::kArchiveTimeout, "archive_timeout", absl::StatusCode::kDeadlineExceeded},
    {ErrorCategory::kOverloaded, "overloaded", absl::StatusCode::kResourceExhausted},
    {ErrorCategory::kDeadline, "deadline", absl::StatusCode::kDeadlineExceeded},
    {ErrorCategory::kCancelled, "cancelled", absl::StatusCode::kCancelled},
    {ErrorCategory::kInternal, "internal", absl::StatusCode::kInternal},
}};

const Row& RowOf(ErrorCategory category) { return kRows[static_cast<size_t>(category)]; }

}  // namespace

absl::string_view ErrorCategoryName(ErrorCategory category) { return RowOf(category).name; }

absl::Status MakeError(ErrorCategory category, absl::string_view message, absl::string_view detail) {
  const Row& row = RowOf(category);
  absl::Status status(row.code, message);
  status.SetPayload(kCategoryPayload, absl::Cord(row.name));
  if (!detail.empty()) status.SetPayload(kDetailPayload, absl::Cord(detail));
  return status;
}

ErrorCategory CategoryOf(const absl::Status& status) {
  if (status.ok()) return ErrorCategory::kNone;
  if (const auto name = status.GetPayload(kCategoryPayload)) {
    for (const Row& row : kRows) {
      if (*name == row.name) return row.category;
    }
  }
  // A bare DEADLINE_EXCEEDED is our own deadline: the archive's has its category set where it is noticed.
  if (absl::IsDeadlineExceeded(status)) return ErrorCategory::kDeadline;
  for (const Row& row : kRows) {
    if (row.code == status.code()) return row.category;
  }
  return ErrorCategory::kInternal;
}

std::string DetailOf(const absl::Status& status) {
  const auto detail = status.GetPayload(kDetailPayload);
  return detail ? std::string(*detail) : std::string();
}

absl::Status Prefixed(const absl::Status& status, absl::string_view prefix) {
  if (status.ok()) return status;
  absl::Status result(status.code(), absl::StrCat(prefix, ": ", status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) { result.SetPayload(url, payload); });
  return result;
}

}  // namespace vitrine
