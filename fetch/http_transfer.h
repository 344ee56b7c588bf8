#ifndef VITRINE_FETCH_HTTP_TRANSFER_H_
#define VITRINE_FETCH_HTTP_TRANSFER_H_

// One exchange of HttpClient: a configured libcurl handle and what it receives.

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "fetch/curl_handles.h"
#include "fetch/http_client.h"

namespace vitrine::fetch {

// The error of a call that has to end at `deadline`: kDeadline where the operation itself wants it, kArchiveTimeout
// where a limit on the archive ends it earlier.
absl::Status LateError(const Operation& operation, absl::Time deadline);

// Shared by the requesting thread and the one that runs libcurl. The latter alone touches the answer until the transfer
// has ended or, of a streamed one, the header is complete.
class HttpTransfer {
 public:
  static absl::StatusOr<std::shared_ptr<HttpTransfer>> Create(const HttpClientOptions& options,
                                                              const HttpRequest& request, const Operation& operation);
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  CURL* easy() { return easy_.get(); }

  // Called on libcurl's thread when the transfer has ended.
  void Finish(CURLcode code);
  void Finish(absl::Status failure);

  // Waits until the transfer has ended or, of a streamed one, the header is complete. Returns an error and leaves it
  // running when the operation is cancelled and at `deadline`, which is not after the operation's.
  absl::Status Await(const Operation& operation, absl::Time deadline);

  // After a successful Await().
  bool connect_failed();
  // Of a streamed transfer without the body.
  absl::StatusOr<HttpResponse> TakeResponse();

  // Makes `piece` what has arrived of a streamed body since the last call, at least one byte; "" once all of it is
  // taken, and with an error. What arrives next takes the memory that `piece` had. Waits as Await() does. `paused`
  // becomes true where the transfer waited for this call and has to be told to go on.
  absl::Status TakePiece(const Operation& operation, absl::Time deadline, std::string& piece, bool& paused);

 private:
  HttpTransfer(CurlEasy easy, const HttpClientOptions& options, const HttpRequest& request)
      : easy_(std::move(easy)),
        max_header_bytes_(options.max_header_bytes),
        max_body_bytes_(request.max_response_bytes),
        streamed_(request.streamed) {}

  absl::Status Configure(const HttpClientOptions& options, const HttpRequest& request, const Operation& operation);
  bool Sent() const;
  absl::Status AwaitThat(const absl::Condition& condition, const Operation& operation, absl::Time deadline);
  void CompleteHeader();
  bool TakeHeader(absl::string_view line);
  bool TakeBody(absl::string_view bytes);
  size_t TakeStreamed(absl::string_view bytes);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);

  CurlList headers_;  // Before easy_, which refers to it.
  char error_text_[CURL_ERROR_SIZE] = {};
  const CurlEasy easy_;
  const uint64_t max_header_bytes_;
  const uint64_t max_body_bytes_;
  const bool streamed_;
  uint64_t header_bytes_ = 0;
  uint64_t streamed_bytes_ = 0;
  bool header_complete_ = false;   // libcurl's thread knows; `readable_` tells the other one.
  absl::Status callback_failure_;  // What a callback found wrong.
  HttpResponse response_;

  absl::Mutex mutex_;
  bool readable_ ABSL_GUARDED_BY(mutex_) = false;  // The header of a streamed answer is complete.
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  bool connect_failed_ ABSL_GUARDED_BY(mutex_) = false;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  std::string arrived_ ABSL_GUARDED_BY(mutex_);  // Of a streamed body, and not taken yet.
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_HTTP_TRANSFER_H_
