#include "service/rpc/render_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/random_id.h"
#include "base/status_macros.h"
#include "service/handler/log_failure.h"
#include "service/handler/rendered_frame.h"
#include "service/rpc/interact_call.h"
#include "service/rpc/status.h"

namespace vitrine::service {
namespace {

std::string MetadataValue(const grpc::CallbackServerContext& context, const char* name) {
  const auto entry = context.client_metadata().find(name);
  if (entry == context.client_metadata().end()) return "";
  return std::string(entry->second.data(), entry->second.size());
}

Operation MakeOperation(const grpc::CallbackServerContext& context, absl::Duration request_timeout) {
  Operation operation;
  operation.deadline = std::min(absl::FromChrono(context.deadline()), absl::Now() + request_timeout);
  operation.request_id = RandomId();
  operation.traceparent = TraceParentOf(MetadataValue(context, "traceparent"));
  return operation;
}

void SetErrorCategory(const absl::Status& status, grpc::CallbackServerContext& context) {
  if (status.ok()) return;
  context.AddTrailingMetadata("vitrine-error-category", std::string(ErrorCategoryName(CategoryOf(status))));
}

// Lives from the call's start to OnDone().
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(grpc::CallbackServerContext& context, absl::Duration request_timeout)
      : context_(context), operation_(MakeOperation(context, request_timeout)) {}

  const Operation& operation() const { return operation_; }

  // The object may be gone when this returns.
  void FinishWith(const absl::Status& status) {
    SetErrorCategory(status, context_);
    Finish(ToGrpcStatus(status));
  }

  void OnCancel() override { operation_.cancellation->Cancel(); }
  void OnDone() override { delete this; }

 private:
  grpc::CallbackServerContext& context_;
  const Operation operation_;
};

// The same for a stream of pictures.
class StreamCall final : public grpc::ServerWriteReactor<v1::RenderedFrame> {
 public:
  StreamCall(grpc::CallbackServerContext& context, absl::Duration request_timeout)
      : context_(context), operation_(MakeOperation(context, request_timeout)) {}

  const Operation& operation() const { return operation_; }

  // Blocks until gRPC takes the next frame. On the thread that calls FinishWith() only.
  absl::Status Send(const v1::RenderedFrame& frame) {
    AwaitWrite();
    Begin();
    StartWrite(&frame);
    AwaitWrite();
    VITRINE_RETURN_IF_ERROR(operation_.Check());
    absl::MutexLock lock(&mutex_);
    return write_ok_ ? absl::OkStatus() : MakeError(ErrorCategory::kCancelled, "the client is gone");
  }

  // Tells how much of a volume is loaded, unless the client has yet to take what it was told before. From any thread,
  // one call at a time and none after Send().
  void SendProgress(double progress) {
    if (!Begin()) return;
    progress_.set_progress(progress);
    StartWrite(&progress_);
  }

  // The object may be gone when this returns.
  void FinishWith(const absl::Status& status) {
    AwaitWrite();
    SetErrorCategory(status, context_);
    Finish(ToGrpcStatus(status));
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    write_ok_ = ok;
  }
  void OnCancel() override { operation_.cancellation->Cancel(); }
  void OnDone() override { delete this; }

 private:
  // Whether no other write was under way.
  bool Begin() {
    absl::MutexLock lock(&mutex_);
    return !std::exchange(writing_, true);
  }

  void AwaitWrite() {
    absl::MutexLock lock(&mutex_);
    const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !writing_; };
    if (mutex_.AwaitWithDeadline(absl::Condition(&idle), operation_.deadline)) return;
    context_.TryCancel();  // What is written must outlive the write.
    mutex_.Await(absl::Condition(&idle));
  }

  grpc::CallbackServerContext& context_;
  const Operation operation_;
  v1::RenderedFrame progress_;
  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool write_ok_ ABSL_GUARDED_BY(mutex_) = true;
};

}  // namespace

template <typename Call>
Call* RenderServiceImpl::Start(Call* call, grpc::CallbackServerContext* context, absl::string_view route, Work work) {
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
  return Start(new UnaryCall(*context, request_timeout_), context, "grpc_render",
               [this, request, response](const auth::Principal& principal, const Operation& operation) {
                 VITRINE_ASSIGN_OR_RETURN(const RenderResult result, handler_.Render(principal, *request, operation));
                 const Picture& picture = *result.picture;
                 if (!request->metadata_only()) {
                   DescribePicture(picture, *response->mutable_picture());
                   response->mutable_picture()->set_data(*picture.data);
                 }
                 response->set_etag(picture.etag);
                 if (picture.volumetric_metadata) {
                   *response->mutable_volumetric_metadata() = *picture.volumetric_metadata;
                 }
                 for (const std::string& warning : picture.warnings) response->add_warnings(warning);
                 return absl::OkStatus();
               });
}

grpc::ServerWriteReactor<v1::RenderedFrame>* RenderServiceImpl::RenderStream(grpc::CallbackServerContext* context,
                                                                             const v1::RenderStreamRequest* request) {
  auto* const call = new StreamCall(*context, request_timeout_);
  return Start(call, context, "grpc_render_stream",
               [this, call, request](const auth::Principal& principal, const Operation& operation) {
                 const auto progress = [call](double loaded) { call->SendProgress(loaded); };
                 VITRINE_ASSIGN_OR_RETURN(const auto stills, handler_.Stills(principal, *request, operation, progress));
                 uint64_t sequence = 0;
                 for (const v1::RenderRequest& still : stills) {
                   VITRINE_ASSIGN_OR_RETURN(const RenderResult result, handler_.Render(principal, still, operation));
                   v1::RenderedFrame frame = DescribeFrame(result);
                   frame.mutable_picture()->set_data(*result.picture->data);
                   frame.set_sequence(sequence++);
                   VITRINE_RETURN_IF_ERROR(call->Send(frame));
                 }
                 return absl::OkStatus();
               });
}

grpc::ServerBidiReactor<v1::ViewUpdate, v1::RenderedFrame>* RenderServiceImpl::Interact(
    grpc::CallbackServerContext* context) {
  return StartInteract(access_.Authenticate({MetadataValue(*context, "authorization")}), streams_, *context);
}

grpc::ServerUnaryReactor* RenderServiceImpl::DescribeSeries(grpc::CallbackServerContext* context,
                                                            const v1::DescribeSeriesRequest* request,
                                                            v1::DescribeSeriesResponse* response) {
  return Start(new UnaryCall(*context, request_timeout_), context, "grpc_describe_series",
               [this, request, response](const auth::Principal& principal, const Operation& operation) {
                 VITRINE_ASSIGN_OR_RETURN(*response, handler_.DescribeSeries(principal, *request, operation));
                 return absl::OkStatus();
               });
}

grpc::ServerUnaryReactor* RenderServiceImpl::Measure(grpc::CallbackServerContext* context,
                                                     const v1::MeasureRequest* request, v1::MeasureResponse* response) {
  return Start(new UnaryCall(*context, request_timeout_), context, "grpc_measure",
               [this, request, response](const auth::Principal& principal, const Operation& operation) {
                 VITRINE_ASSIGN_OR_RETURN(*response, handler_.Measure(principal, *request, operation));
                 return absl::OkStatus();
               });
}

}  // namespace vitrine::service
