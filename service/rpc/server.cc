#include "service/rpc/server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "service/http/address.h"

namespace vitrine::service {
namespace {

constexpr int kMaxRequestBytes = 1 << 20;  // Requests are views, never pictures.

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(absl::string_view listen, grpc::Service& service) {
  VITRINE_ASSIGN_OR_RETURN(http::HostPort address, http::ParseHostPort(listen));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(http::FormatHostPort(address), grpc::InsecureServerCredentials(), &port);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // A port that is taken is an error, not a share.
  builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) return absl::UnavailableError(absl::StrCat("cannot listen on ", listen));
  address.port = static_cast<uint16_t>(port);
  return std::unique_ptr<RpcServer>(new RpcServer(std::move(server), http::FormatHostPort(address)));
}

RpcServer::RpcServer(std::unique_ptr<grpc::Server> server, std::string address)
    : server_(std::move(server)), address_(std::move(address)) {}

RpcServer::~RpcServer() { Shutdown(absl::InfinitePast()); }

void RpcServer::AnnounceDrain() { server_->GetHealthCheckService()->SetServingStatus(false); }

void RpcServer::Shutdown(absl::Time deadline) {
  // gRPC takes no infinite past.
  server_->Shutdown(absl::ToChronoTime(std::max(deadline, absl::UnixEpoch())));
}

}  // namespace vitrine::service
