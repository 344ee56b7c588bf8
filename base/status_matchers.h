#ifndef VITRINE_BASE_STATUS_MATCHERS_H_
#define VITRINE_BASE_STATUS_MATCHERS_H_

// GoogleTest matchers for absl::Status and absl::StatusOr. Tests only.
//
//   EXPECT_THAT(Decode(bytes), IsOk());
//   EXPECT_THAT(Decode({}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Rows")));
//   ASSERT_OK_AND_ASSIGN(const Frame frame, Decode(bytes));

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code, std::string("has the code ") + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

MATCHER_P2(StatusIs, code, message, std::string("has the code ") + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code &&
         ::testing::ExplainMatchResult(message, std::string(StatusOf(arg).message()), result_listener);
}

}  // namespace vitrine::testing

#define VITRINE_TEST_CONCAT_INNER_(a, b) a##b
#define VITRINE_TEST_CONCAT_(a, b) VITRINE_TEST_CONCAT_INNER_(a, b)
#define ASSERT_OK_AND_ASSIGN_IMPL_(status_or, declaration, expression) \
  auto status_or = (expression);                                       \
  ASSERT_TRUE(status_or.ok()) << status_or.status();                   \
  declaration = *std::move(status_or)
#define ASSERT_OK_AND_ASSIGN(declaration, expression) \
  ASSERT_OK_AND_ASSIGN_IMPL_(VITRINE_TEST_CONCAT_(status_or_, __LINE__), declaration, expression)

#endif  // VITRINE_BASE_STATUS_MATCHERS_H_
