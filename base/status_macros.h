#ifndef VITRINE_BASE_STATUS_MACROS_H_
#define VITRINE_BASE_STATUS_MACROS_H_

// Early return on error for functions that return absl::Status or absl::StatusOr<T>.
//
//   VITRINE_RETURN_IF_ERROR(Check(header));
//   VITRINE_ASSIGN_OR_RETURN(const Frame frame, Decode(bytes));

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define VITRINE_RETURN_IF_ERROR(expression)                                                      \
  do {                                                                                           \
    if (absl::Status vitrine_status = (expression); !vitrine_status.ok()) return vitrine_status; \
  } while (false)

#define VITRINE_ASSIGN_OR_RETURN(declaration, expression) \
  VITRINE_ASSIGN_OR_RETURN_IMPL_(VITRINE_CONCAT_(vitrine_status_or_, __LINE__), declaration, expression)

#define VITRINE_CONCAT_INNER_(a, b) a##b
#define VITRINE_CONCAT_(a, b) VITRINE_CONCAT_INNER_(a, b)
#define VITRINE_ASSIGN_OR_RETURN_IMPL_(status_or, declaration, expression) \
  auto status_or = (expression);                                           \
  if (!status_or.ok()) return std::move(status_or).status();               \
  declaration = *std::move(status_or)

#endif  // VITRINE_BASE_STATUS_MACROS_H_
