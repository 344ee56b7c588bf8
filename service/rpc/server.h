#ifndef VITRINE_SERVICE_RPC_SERVER_H_
#define VITRINE_SERVICE_RPC_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/server.h"

namespace vitrine::service {

// A gRPC server with one service, grpc.health.v1 and reflection, without TLS: that is the ingress' business.
// Thread-safe.
class RpcServer {
 public:
  // `listen` is "HOST:PORT"; `service` must outlive the server. UNAVAILABLE where the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(absl::string_view listen, grpc::Service& service);
  ~RpcServer();

  // With the real port.
  const std::string& address() const { return address_; }

  // Health answers NOT_SERVING from now on.
  void AnnounceDrain();
  // Refuses new calls and cancels those that still run at `deadline`.
  void Shutdown(absl::Time deadline);

 private:
  RpcServer(std::unique_ptr<grpc::Server> server, std::string address);

  const std::unique_ptr<grpc::Server> server_;
  const std::string address_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_RPC_SERVER_H_
