#include "fetch/http_client.h"

#include <algorithm>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/strings/numbers.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "fetch/curl_handles.h"
#include "fetch/http_transfer.h"

namespace vitrine::fetch {
namespace {

using TransferPointer = std::shared_ptr<HttpTransfer>;

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Waits for `delay`, or until the operation is cancelled.
void Sleep(absl::Duration delay, const Operation& operation) {
  absl::Mutex mutex;
  const int listener = operation.cancellation->AddListener([&mutex] { absl::MutexLock lock(&mutex); });
  {
    absl::MutexLock lock(&mutex);
    const auto cancelled = [&] { return operation.cancellation->cancelled(); };
    mutex.AwaitWithDeadline(absl::Condition(&cancelled), absl::Now() + delay);
  }
  operation.cancellation->RemoveListener(listener);
}

// Runs transfers on its own thread.
class TransferLoop {
 public:
  explicit TransferLoop(CurlMulti multi) : multi_(std::move(multi)), thread_([this] { Run(); }) {}
  ~TransferLoop() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }

  void Start(TransferPointer transfer) {
    {
      absl::MutexLock lock(&mutex_);
      starting_.push_back(std::move(transfer));
    }
    curl_multi_wakeup(multi_.get());
  }

  // Lets a streamed transfer that paused go on.
  void Resume(TransferPointer transfer) {
    {
      absl::MutexLock lock(&mutex_);
      resuming_.push_back(std::move(transfer));
    }
    curl_multi_wakeup(multi_.get());
  }

  // Ends a transfer that nobody waits for any more. One that has ended already is no error.
  void Abort(TransferPointer transfer) {
    {
      absl::MutexLock lock(&mutex_);
      aborting_.push_back(std::move(transfer));
    }
    curl_multi_wakeup(multi_.get());
  }

 private:
  void Run() {
    while (TakeOrders()) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      int waiting = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &waiting)) {
        if (message->msg == CURLMSG_DONE) End(message->easy_handle, message->data.result);
      }
      curl_multi_poll(multi_.get(), nullptr, 0, /*timeout_ms=*/1000, nullptr);
    }
    for (auto& [easy, transfer] : transfers_) curl_multi_remove_handle(multi_.get(), easy);
  }

  // Starts and ends transfers as told; false when the loop is to stop.
  bool TakeOrders() {
    std::vector<TransferPointer> starting;
    std::vector<TransferPointer> resuming;
    std::vector<TransferPointer> aborting;
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return false;
      starting.swap(starting_);
      resuming.swap(resuming_);
      aborting.swap(aborting_);
    }
    for (TransferPointer& transfer : starting) {
      const CURLMcode code = curl_multi_add_handle(multi_.get(), transfer->easy());
      if (code != CURLM_OK) {
        transfer->Finish(CurlStatus(code));
      } else {
        transfers_.emplace(transfer->easy(), transfer);
      }
    }
    for (const TransferPointer& transfer : resuming) {
      if (transfers_.contains(transfer->easy())) curl_easy_pause(transfer->easy(), CURLPAUSE_CONT);
    }
    for (const TransferPointer& transfer : aborting) {
      if (transfers_.erase(transfer->easy()) > 0) curl_multi_remove_handle(multi_.get(), transfer->easy());
    }
    return true;
  }

  void End(CURL* easy, CURLcode code) {
    curl_multi_remove_handle(multi_.get(), easy);
    const auto found = transfers_.find(easy);
    if (found == transfers_.end()) return;
    found->second->Finish(code);
    transfers_.erase(found);
  }

  const CurlMulti multi_;
  std::map<CURL*, TransferPointer> transfers_;  // The loop's thread only.
  absl::Mutex mutex_;
  std::vector<TransferPointer> starting_ ABSL_GUARDED_BY(mutex_);
  std::vector<TransferPointer> resuming_ ABSL_GUARDED_BY(mutex_);
  std::vector<TransferPointer> aborting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// A streamed transfer and the time that its body has.
class CurlStream : public HttpStream {
 public:
  CurlStream(HttpResponse response, TransferPointer transfer, TransferLoop& loop, const HttpClientOptions& options)
      : response_(std::move(response)), transfer_(std::move(transfer)), loop_(loop), options_(options) {}
  ~CurlStream() override {
    loop_.Abort(transfer_);
    if (options_.on_exchange) options_.on_exchange({response_.status, absl::Now() - start_, bytes_});
  }

  const HttpResponse& response() const override { return response_; }

  absl::Status Next(const Operation& operation, std::string& piece) override {
    const absl::Time deadline = std::min(operation.deadline, absl::Now() + options_.request_timeout);
    bool paused = false;
    const absl::Status status = transfer_->TakePiece(operation, deadline, piece, paused);
    if (paused) loop_.Resume(transfer_);
    bytes_ += piece.size();
    return status;
  }

 private:
  const HttpResponse response_;
  const TransferPointer transfer_;
  TransferLoop& loop_;
  const HttpClientOptions& options_;
  const absl::Time start_ = absl::Now();
  uint64_t bytes_ = 0;
};

class CurlHttpClient : public HttpClient {
 public:
  CurlHttpClient(HttpClientOptions options, CurlMulti multi) : options_(std::move(options)), loop_(std::move(multi)) {}

  absl::StatusOr<HttpResponse> Get(const HttpRequest& request, const Operation& operation) override {
    VITRINE_ASSIGN_OR_RETURN(Answer answer, Follow(request, operation));
    return std::move(answer.response);
  }

  absl::StatusOr<std::unique_ptr<HttpStream>> Open(const HttpRequest& request, const Operation& operation) override {
    HttpRequest streamed = request;
    streamed.streamed = true;
    VITRINE_ASSIGN_OR_RETURN(Answer answer, Follow(streamed, operation));
    return std::make_unique<CurlStream>(std::move(answer.response), std::move(answer.transfer), loop_, options_);
  }

 private:
  struct Answer {
    HttpResponse response;
    TransferPointer transfer;
  };

  absl::StatusOr<Answer> Follow(const HttpRequest& request, const Operation& operation) {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    const absl::Time deadline = std::min(operation.deadline, absl::Now() + options_.request_timeout);
    VITRINE_ASSIGN_OR_RETURN(const HttpUrl start, ParseHttpUrl(request.url));
    HttpRequest hop = request;
    for (int redirects = 0;; ++redirects) {
      VITRINE_ASSIGN_OR_RETURN(Answer answer, GetWithRetries(hop, operation, deadline));
      if (!IsRedirect(answer.response.status)) return answer;
      loop_.Abort(answer.transfer);
      if (redirects == options_.max_redirects) {
        return MakeError(ErrorCategory::kArchiveProtocol, "the archive redirects too many times");
      }
      absl::StatusOr<HttpUrl> next = ResolveHttpUrl(hop.url, answer.response.Header("location"));
      if (!next.ok() || next->origin != start.origin) {
        return MakeError(ErrorCategory::kArchiveProtocol, "the archive redirects to another server");
      }
      hop.url = std::move(next->url);
    }
  }

  absl::StatusOr<Answer> GetWithRetries(const HttpRequest& request, const Operation& operation, absl::Time deadline) {
    for (int attempt = 1;; ++attempt) {
      bool connect_failed = false;
      absl::StatusOr<Answer> answer = Exchange(request, operation, deadline, connect_failed);
      const bool busy = answer.ok() && answer->response.status >= 502 && answer->response.status <= 504;
      if ((!busy && !connect_failed) || attempt >= options_.max_tries) return answer;
      const std::optional<absl::Duration> delay =
          RetryDelay(attempt, busy ? answer->response.Header("retry-after") : "");
      if (!delay.has_value() || absl::Now() + *delay >= deadline) return answer;
      if (answer.ok()) loop_.Abort(answer->transfer);
      Sleep(*delay, operation);
      VITRINE_RETURN_IF_ERROR(operation.Check());
    }
  }

  // nullopt where the server wants more patience than we have.
  std::optional<absl::Duration> RetryDelay(int attempt, absl::string_view retry_after) const {
    const absl::Duration longest =
        std::min(options_.retry_delay * (1 << std::min(attempt - 1, 16)), options_.max_retry_delay);
    absl::BitGen random;
    const absl::Duration jittered = longest * absl::Uniform(random, 0.0, 1.0);
    int64_t seconds = 0;
    if (!absl::SimpleAtoi(retry_after, &seconds) || seconds <= 0) return jittered;  // No date is understood here.
    if (absl::Seconds(seconds) > options_.max_retry_delay) return std::nullopt;
    return absl::Seconds(seconds) + jittered;
  }

  absl::StatusOr<Answer> Exchange(const HttpRequest& request, const Operation& operation, absl::Time deadline,
                                  bool& connect_failed) {
    const absl::Time start = absl::Now();
    if (start >= deadline) return LateError(operation, deadline);
    VITRINE_ASSIGN_OR_RETURN(TransferPointer transfer, HttpTransfer::Create(options_, request, operation));
    loop_.Start(transfer);
    if (absl::Status status = transfer->Await(operation, deadline); !status.ok()) {
      loop_.Abort(transfer);
      Report({0, absl::Now() - start, 0});
      return status;
    }
    connect_failed = transfer->connect_failed();
    absl::StatusOr<HttpResponse> response = transfer->TakeResponse();
    // A stream reports at its end.
    if (!request.streamed || !response.ok()) {
      Report({response.ok() ? response->status : 0, absl::Now() - start, response.ok() ? response->body.size() : 0});
    }
    VITRINE_RETURN_IF_ERROR(response.status());
    return Answer{*std::move(response), std::move(transfer)};
  }

  void Report(const HttpExchange& exchange) const {
    if (options_.on_exchange) options_.on_exchange(exchange);
  }

  const HttpClientOptions options_;
  TransferLoop loop_;
};

}  // namespace

absl::string_view HttpResponse::Header(absl::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Create(HttpClientOptions options) {
  VITRINE_ASSIGN_OR_RETURN(CurlMulti multi, MakeCurlMulti());
  const CURLMcode code =
      curl_multi_setopt(multi.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(options.max_connections));
  VITRINE_RETURN_IF_ERROR(CurlStatus(code));
  return std::make_unique<CurlHttpClient>(std::move(options), std::move(multi));
}

}  // namespace vitrine::fetch
