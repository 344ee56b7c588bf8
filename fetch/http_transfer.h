#ifndef VITRINE_FETCH_HTTP_TRANSFER_H_
#define VITRINE_FETCH_HTTP_TRANSFER_H_

// One exchange of HttpClient: a configured libcurl handle and what it receives.

#include <memory>

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

// Shared by the requesting thread and the one that runs libcurl. Until done() the latter alone touches the answer.
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

  // Waits until the transfer has ended. Returns an error and leaves it running when the operation is cancelled and at
  // `deadline`, which is not after the operation's.
  absl::Status Await(const Operation& operation, absl::Time deadline);

  // After a successful Await().
  bool connect_failed() const { return connect_failed_; }
  absl::StatusOr<HttpResponse> TakeResponse();

 private:
  HttpTransfer(CurlEasy easy, const HttpClientOptions& options, const HttpRequest& request)
      : easy_(std::move(easy)),
        max_header_bytes_(options.max_header_bytes),
        max_body_bytes_(request.max_response_bytes) {}

  absl::Status Configure(const HttpClientOptions& options, const HttpRequest& request, const Operation& operation);
  bool Sent() const;
  bool TakeHeader(absl::string_view line);
  bool TakeBody(absl::string_view bytes);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);

  CurlList headers_;  // Before easy_, which refers to it.
  char error_text_[CURL_ERROR_SIZE] = {};
  const CurlEasy easy_;
  const uint64_t max_header_bytes_;
  const uint64_t max_body_bytes_;
  uint64_t header_bytes_ = 0;
  bool connect_failed_ = false;
  absl::Status failure_;  // What a callback found wrong.
  HttpResponse response_;

  absl::Mutex mutex_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_HTTP_TRANSFER_H_
