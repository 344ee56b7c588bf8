#include "service/rpc/render_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/random_id.h"
#include "base/status_macros.h"
#include "service/handler/log_failure.h"
#include "service/rpc/status.h"

namespace vitrine::service {
namespace {

std::string MetadataValue(const grpc::CallbackServerContext& context, const char* name) {
  const auto entry = context.client_metadata().find(name);
  if (entry == context.client_metadata().end()) return "";
  return std::string(entry->second.data(), entry->second.size());
}

// Lives from the call's start to OnDone().
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(grpc::CallbackServerContext& context, absl::Duration request_timeout) : context_(context) {
    operation_.deadline = std::min(absl::FromChrono(context.deadline()), absl::Now() + request_timeout);
    operation_.request_id = RandomId();
    operation_.traceparent = TraceParentOf(MetadataValue(context, "traceparent"));
  }

  const Operation& operation() const { return operation_; }

  // The object may be gone when this returns.
  void FinishWith(const absl::Status& status) {
    if (!status.ok()) {
      context_.AddTrailingMetadata("vitrine-error-category", std::string(ErrorCategoryName(CategoryOf(status))));
    }
    Finish(ToGrpcStatus(status));
  }

  void OnCancel() override { operation_.cancellation->Cancel(); }
  void OnDone() override { delete this; }

 private:
  grpc::CallbackServerContext& context_;
  Operation operation_;
};

}  // namespace

grpc::ServerUnaryReactor* RenderServiceImpl::Start(grpc::CallbackServerContext* context, absl::string_view route,
                                                   Work work) {
  auto* call = new UnaryCall(*context, request_timeout_);
  const absl::Time start = absl::Now();
  auto run = [this, call, context, route, start, work = std::move(work)]() mutable {
    const auto principal = access_.Authenticate({MetadataValue(*context, "authorization")});
    const absl::Status status = principal.ok() ? work(*principal, call->operation()) : principal.status();
    metrics_.CountRequest(route, GrpcCodeName(status), absl::Now() - start);
    if (!status.ok()) {
      metrics_.CountError(ErrorCategoryName(CategoryOf(status)));
      LogFailure(status, route, call->operation().request_id);
    }
    call->FinishWith(status);
  };
  if (!pool_.TrySchedule(std::move(run), call->operation().cancellation)) {
    const absl::Status status = MakeError(ErrorCategory::kOverloaded, "the server is busy; try again in a moment");
    metrics_.CountRequest(route, GrpcCodeName(status), absl::Now() - start);
    metrics_.CountError(ErrorCategoryName(CategoryOf(status)));
    call->FinishWith(status);
  }
  return call;
}

grpc::ServerUnaryReactor* RenderServiceImpl::Render(grpc::CallbackServerContext* context,
                                                    const v1::RenderRequest* request, v1::RenderResponse* response) {
  return Start(context, "grpc_render",
               [this, request, response](const auth::Principal& principal, const Operation& operation) {
                 VITRINE_ASSIGN_OR_RETURN(const RenderResult result, handler_.Render(principal, *request, operation));
                 v1::Picture& picture = *response->mutable_picture();
                 picture.set_data(*result.picture->data);
                 picture.set_media_type(std::string(result.picture->media_type));
                 picture.set_width(result.picture->width);
                 picture.set_height(result.picture->height);
                 picture.set_lossy(result.picture->lossy);
                 response->set_etag(result.picture->etag);
                 return absl::OkStatus();
               });
}

grpc::ServerUnaryReactor* RenderServiceImpl::DescribeSeries(grpc::CallbackServerContext* context,
                                                            const v1::DescribeSeriesRequest* request,
                                                            v1::DescribeSeriesResponse* response) {
  return Start(context, "grpc_describe_series",
               [this, request, response](const auth::Principal& principal, const Operation& operation) {
                 VITRINE_ASSIGN_OR_RETURN(*response, handler_.DescribeSeries(principal, *request, operation));
                 return absl::OkStatus();
               });
}

}  // namespace vitrine::service
