#include "service/rpc/interact_call.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/error.h"
#include "service/rpc/status.h"

namespace vitrine::service {
namespace {

// A sink whose frames go out through gRPC. gRPC deletes it by OnDone().
class InteractCall final : public grpc::ServerBidiReactor<v1::ViewUpdate, v1::RenderedFrame>, public FrameSink {
 public:
  InteractCall(const absl::StatusOr<auth::Principal>& principal, InteractService& service,
               grpc::CallbackServerContext& context)
      : max_message_bytes_(service.max_message_bytes()) {
    absl::Status status = principal.status();
    if (principal.ok()) {
      auto session = service.Open(*principal, "grpc", *this);
      status = session.status();
      if (session.ok()) session_ = *std::move(session);
    }
    if (status.ok()) {
      StartRead(&update_);
      return;
    }
    context.AddTrailingMetadata("vitrine-error-category", std::string(ErrorCategoryName(CategoryOf(status))));
    FinishOnce(ToGrpcStatus(status));
  }

  void OnReadDone(bool ok) override {
    if (!ok) return session_->EndOfUpdates();
    if (update_.ByteSizeLong() > max_message_bytes_) {
      session_->Reject(update_.sequence(), MakeError(ErrorCategory::kTooLarge, "the update is larger than allowed"));
    } else {
      session_->Update(update_);
    }
    absl::MutexLock lock(&mutex_);
    if (!finished_) StartRead(&update_);
  }
  void OnWriteDone(bool ok) override {
    frame_.Clear();
    if (ok) session_->Sent();
  }
  void OnCancel() override {
    if (session_ != nullptr) session_->Close();
    FinishOnce({grpc::StatusCode::CANCELLED, "the client cancelled the call"});
  }
  void OnDone() override {
    if (session_ != nullptr) session_->Close();
    delete this;
  }

  void Send(StreamFrame frame) override {
    frame_ = std::move(frame.frame);
    if (frame.picture != nullptr) frame_.mutable_picture()->set_data(*frame.picture);
    StartWrite(&frame_);
  }

  void End(StreamEnd reason) override {
    switch (reason) {
      case StreamEnd::kFinished: return FinishOnce(grpc::Status::OK);
      case StreamEnd::kIdle: return FinishOnce({grpc::StatusCode::ABORTED, "no update for too long"});
      case StreamEnd::kDraining: return FinishOnce({grpc::StatusCode::UNAVAILABLE, "the server stops"});
    }
  }

 private:
  void FinishOnce(const grpc::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (!std::exchange(finished_, true)) Finish(status);
  }

  const uint64_t max_message_bytes_;
  std::shared_ptr<InteractSession> session_;
  absl::Mutex mutex_;  // Nothing may be read after Finish().
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  v1::ViewUpdate update_;
  v1::RenderedFrame frame_;
};

}  // namespace

grpc::ServerBidiReactor<v1::ViewUpdate, v1::RenderedFrame>* StartInteract(
    const absl::StatusOr<auth::Principal>& principal, InteractService& service, grpc::CallbackServerContext& context) {
  return new InteractCall(principal, service, context);
}

}  // namespace vitrine::service
