#include "base/error.h"

#include <set>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace vitrine {
namespace {

struct Expected {
  ErrorCategory category;
  const char* name;
  absl::StatusCode code;
};

// Written out once more on purpose: names are metric labels and codes are the public gRPC mapping.
constexpr Expected kExpected[] = {
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
};

TEST(Error, EveryCategoryHasItsNameAndCodeAndSurvivesTheStatus) {
  std::set<std::string> names;
  for (const Expected& expected : kExpected) {
    const absl::Status status = MakeError(expected.category, "sentence", "cause");
    EXPECT_EQ(status.code(), expected.code) << expected.name;
    EXPECT_EQ(CategoryOf(status), expected.category) << expected.name;
    EXPECT_EQ(ErrorCategoryName(expected.category), expected.name);
    EXPECT_TRUE(names.emplace(ErrorCategoryName(expected.category)).second) << expected.name;
  }
}

TEST(Error, DetailStaysOutOfTheMessage) {
  const absl::Status status = MakeError(ErrorCategory::kBadInstance, "Rows is missing", "parser said 42");
  EXPECT_EQ(status.message(), "Rows is missing");
  EXPECT_EQ(DetailOf(status), "parser said 42");
}

TEST(Error, WithoutDetailOrCategory) {
  EXPECT_EQ(DetailOf(MakeError(ErrorCategory::kInternal, "m")), "");
  EXPECT_EQ(DetailOf(absl::OkStatus()), "");
  EXPECT_EQ(CategoryOf(absl::OkStatus()), ErrorCategory::kNone);
}

TEST(Error, BareStatusesGetACategoryFromTheirCode) {
  EXPECT_EQ(CategoryOf(absl::InvalidArgumentError("")), ErrorCategory::kInvalidRequest);
  EXPECT_EQ(CategoryOf(absl::DeadlineExceededError("")), ErrorCategory::kDeadline);
  EXPECT_EQ(CategoryOf(absl::CancelledError("")), ErrorCategory::kCancelled);
  EXPECT_EQ(CategoryOf(absl::UnavailableError("")), ErrorCategory::kArchiveUnreachable);
  EXPECT_EQ(CategoryOf(absl::UnknownError("")), ErrorCategory::kInternal);
  EXPECT_EQ(CategoryOf(absl::FailedPreconditionError("")), ErrorCategory::kInternal);
}

TEST(Error, PrefixKeepsCodeCategoryAndDetail) {
  const absl::Status status = Prefixed(MakeError(ErrorCategory::kArchiveTimeout, "too slow", "curl 28"), "frame 3");
  EXPECT_EQ(status.message(), "frame 3: too slow");
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(CategoryOf(status), ErrorCategory::kArchiveTimeout);
  EXPECT_EQ(DetailOf(status), "curl 28");
  EXPECT_TRUE(Prefixed(absl::OkStatus(), "x").ok());
}

}  // namespace
}  // namespace vitrine
