#ifndef VITRINE_SERVICE_RPC_STATUS_H_
#define VITRINE_SERVICE_RPC_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"

namespace vitrine::service {

// The codes are the same numbers. Of an internal error the client learns only that it happened.
grpc::Status ToGrpcStatus(const absl::Status& status);

// "OK", "NOT_FOUND" ...: the metrics' code label.
absl::string_view GrpcCodeName(const absl::Status& status);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_RPC_STATUS_H_
