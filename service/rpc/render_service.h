#ifndef VITRINE_SERVICE_RPC_RENDER_SERVICE_H_
#define VITRINE_SERVICE_RPC_RENDER_SERVICE_H_

// The gRPC face: v1 messages straight to the handler and, of Interact, to streams.

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "auth/access.h"
#include "base/operation.h"
#include "base/thread_pool.h"
#include "metrics/metrics.h"
#include "service/handler/render_handler.h"
#include "service/stream/interact_service.h"
#include "vitrine/v1/render_service.grpc.pb.h"

namespace vitrine::service {

// Thread-safe. Calls are computed on the pool, never on gRPC's threads.
class RenderServiceImpl final : public v1::RenderService::CallbackService {
 public:
  // The references must outlive the service.
  RenderServiceImpl(const auth::AnonymousAccess& access, RenderHandler& handler, InteractService& streams,
                    ThreadPool& pool, metrics::Metrics& metrics, absl::Duration request_timeout)
      : access_(access),
        handler_(handler),
        streams_(streams),
        pool_(pool),
        metrics_(metrics),
        request_timeout_(request_timeout) {}

  grpc::ServerUnaryReactor* Render(grpc::CallbackServerContext* context, const v1::RenderRequest* request,
                                   v1::RenderResponse* response) override;
  grpc::ServerWriteReactor<v1::RenderedFrame>* RenderStream(grpc::CallbackServerContext* context,
                                                            const v1::RenderStreamRequest* request) override;
  grpc::ServerBidiReactor<v1::ViewUpdate, v1::RenderedFrame>* Interact(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* DescribeSeries(grpc::CallbackServerContext* context,
                                           const v1::DescribeSeriesRequest* request,
                                           v1::DescribeSeriesResponse* response) override;

  grpc::ServerUnaryReactor* Measure(grpc::CallbackServerContext* context, const v1::MeasureRequest* request,
                                    v1::MeasureResponse* response) override;

 private:
  using Work = absl::AnyInvocable<absl::Status(const auth::Principal&, const Operation&)>;
  // Authenticates and runs `work` on the pool; counts and finishes the call with its status. Defined for the calls of
  // the .cc file.
  template <typename Call>
  Call* Start(Call* call, grpc::CallbackServerContext* context, absl::string_view route, Work work);

  const auth::AnonymousAccess& access_;
  RenderHandler& handler_;
  InteractService& streams_;
  ThreadPool& pool_;
  metrics::Metrics& metrics_;
  const absl::Duration request_timeout_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_RPC_RENDER_SERVICE_H_
