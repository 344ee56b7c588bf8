#ifndef VITRINE_SERVICE_RPC_INTERACT_CALL_H_
#define VITRINE_SERVICE_RPC_INTERACT_CALL_H_

#include "absl/status/statusor.h"
#include "auth/access.h"
#include "grpcpp/server_context.h"
#include "service/stream/interact_service.h"
#include "vitrine/v1/render_service.grpc.pb.h"

namespace vitrine::service {

// Begins an Interact call of the principal, or refuses it with the status. Both references must outlive the call.
grpc::ServerBidiReactor<v1::ViewUpdate, v1::RenderedFrame>* StartInteract(
    const absl::StatusOr<auth::Principal>& principal, InteractService& service, grpc::CallbackServerContext& context);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_RPC_INTERACT_CALL_H_
