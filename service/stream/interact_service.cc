#include "service/stream/interact_service.h"

#include <utility>
#include <vector>

#include "base/error.h"

namespace vitrine::service {
namespace {

constexpr int kBackgroundThreads = 4;
constexpr int kBackgroundQueue = 64;
constexpr absl::string_view kAnonymous = "anonymous";

}  // namespace

InteractService::InteractService(RenderHandler& handler, ThreadPool& pool, metrics::Metrics& metrics,
                                 const Options& options)
    : metrics_(metrics),
      handler_(handler),
      options_(options),
      orders_(handler),
      background_("ahead", kBackgroundThreads, kBackgroundQueue),
      session_dependencies_{pool, background_, timers_, metrics} {}

InteractService::~InteractService() = default;

absl::StatusOr<std::shared_ptr<InteractSession>> InteractService::Open(const auth::Principal& principal,
                                                                       absl::string_view transport, FrameSink& sink) {
  absl::MutexLock lock(&mutex_);
  if (draining_) return MakeError(ErrorCategory::kOverloaded, "the server stops; another one will answer");
  const auto found = by_subject_.find(principal.subject);
  const int own = found == by_subject_.end() || principal.subject == kAnonymous ? 0 : found->second;
  if (static_cast<int>(sessions_.size()) >= options_.max_streams || own >= options_.max_streams_per_principal) {
    metrics_.CountRefusedStream();
    return MakeError(ErrorCategory::kOverloaded, "too many streams are open");
  }
  const uint64_t id = next_id_++;
  ++by_subject_[principal.subject];
  metrics_.CountOpenStream(transport, 1);
  auto session = std::make_shared<InteractSession>(
      session_dependencies_, options_.session,
      std::make_unique<HandlerViewSource>(principal, handler_, orders_, background_), sink,
      [this, id, subject = principal.subject, transport] { Closed(id, subject, transport); });
  sessions_[id] = session;
  session->Open();
  return session;
}

void InteractService::Drain() {
  std::vector<std::shared_ptr<InteractSession>> sessions;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    for (const auto& [id, weak] : sessions_) {
      if (auto session = weak.lock()) sessions.push_back(std::move(session));
    }
  }
  for (const auto& session : sessions) session->Drain();
}

void InteractService::Closed(uint64_t id, const std::string& subject, absl::string_view transport) {
  absl::MutexLock lock(&mutex_);
  sessions_.erase(id);
  const auto found = by_subject_.find(subject);
  if (--found->second == 0) by_subject_.erase(found);
  metrics_.CountOpenStream(transport, -1);
}

}  // namespace vitrine::service
