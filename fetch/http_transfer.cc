#include "fetch/http_transfer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/wait_observer.h"

namespace vitrine::fetch {
namespace {

// Memory taken on the word of a Content-Length header; a longer body has to arrive first.
constexpr uint64_t kMaxTrustedLength = 64ull << 20;

// Of a streamed body in memory: more than most frames have, so that a slow client seldom holds a connection.
constexpr size_t kMaxArrived = 1 << 20;

absl::Status TooLarge() {
  return MakeError(ErrorCategory::kTooLarge, "the archive's answer is larger than this server accepts");
}

// A header's value must not end the header.
bool IsHeaderValue(absl::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return absl::ascii_isprint(c); });
}

long Milliseconds(absl::Duration duration) {
  return static_cast<long>(std::max<int64_t>(1, absl::ToInt64Milliseconds(duration)));
}

// Sets options and keeps the first error.
class Setter {
 public:
  explicit Setter(CURL* easy) : easy_(easy) {}
  template <typename Value>
  void operator()(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (code_ == CURLE_OK) code_ = code;
  }
  CURLcode code() const { return code_; }

 private:
  CURL* easy_;
  CURLcode code_ = CURLE_OK;
};

}  // namespace

absl::Status LateError(const Operation& operation, absl::Time deadline) {
  if (deadline < operation.deadline) {
    return MakeError(ErrorCategory::kArchiveTimeout, "the archive did not answer in time");
  }
  return MakeError(ErrorCategory::kDeadline, "the archive did not answer before the request's deadline");
}

absl::StatusOr<std::shared_ptr<HttpTransfer>> HttpTransfer::Create(const HttpClientOptions& options,
                                                                   const HttpRequest& request,
                                                                   const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(CurlEasy easy, MakeCurlEasy());
  std::shared_ptr<HttpTransfer> transfer(new HttpTransfer(std::move(easy), options, request));
  VITRINE_RETURN_IF_ERROR(transfer->Configure(options, request, operation));
  return transfer;
}

absl::Status HttpTransfer::Configure(const HttpClientOptions& options, const HttpRequest& request,
                                     const Operation& operation) {
  Append(headers_, absl::StrCat("Accept: ", request.accept));
  if (IsHeaderValue(operation.request_id)) Append(headers_, absl::StrCat("X-Request-Id: ", operation.request_id));
  if (IsHeaderValue(operation.traceparent)) Append(headers_, absl::StrCat("traceparent: ", operation.traceparent));

  Setter set(easy_.get());
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_USERAGENT, "vitrine");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // Or http_proxy and its like would be followed.
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // Or ending a transfer would wait for its name look-up, and all others with it.
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  if (!request.user.empty()) {
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(CURLOPT_USERNAME, request.user.c_str());
    set(CURLOPT_PASSWORD, request.password.c_str());
  }
  set(CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(options.connect_timeout));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::max<int64_t>(1, absl::ToInt64Seconds(options.stall_timeout))));
  set(CURLOPT_BUFFERSIZE, 256L << 10);
  set(CURLOPT_ERRORBUFFER, error_text_);
  set(CURLOPT_HEADERFUNCTION, &HttpTransfer::OnHeader);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &HttpTransfer::OnBody);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  if (set.code() == CURLE_OK) return absl::OkStatus();
  return MakeError(ErrorCategory::kInternal, "cannot prepare a request to the archive", curl_easy_strerror(set.code()));
}

size_t HttpTransfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  return static_cast<HttpTransfer*>(self)->TakeHeader({data, size * count}) ? size * count : 0;
}

size_t HttpTransfer::OnBody(char* data, size_t size, size_t count, void* self) {
  auto* const transfer = static_cast<HttpTransfer*>(self);
  if (transfer->streamed_) return transfer->TakeStreamed({data, size * count});
  return transfer->TakeBody({data, size * count}) ? size * count : 0;
}

bool HttpTransfer::TakeHeader(absl::string_view line) {
  if (header_complete_) return true;  // A trailer.
  header_bytes_ += line.size();
  if (header_bytes_ > max_header_bytes_) {
    callback_failure_ = MakeError(ErrorCategory::kArchiveProtocol, "the header of the archive's answer is too long");
    return false;
  }
  if (line.substr(0, 5) == "HTTP/") response_.headers.clear();  // What came before was an interim (1xx) answer.
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) return true;
  std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(line.substr(0, colon)));
  const absl::string_view value = absl::StripAsciiWhitespace(line.substr(colon + 1));
  if (uint64_t length = 0; name == "content-length" && absl::SimpleAtoi(value, &length)) {
    if (length > max_body_bytes_) {
      callback_failure_ = TooLarge();
      return false;
    }
    if (!streamed_) response_.body.reserve(std::min(length, kMaxTrustedLength));
  }
  response_.headers.emplace_back(std::move(name), std::string(value));
  return true;
}

bool HttpTransfer::TakeBody(absl::string_view bytes) {
  if (bytes.size() > max_body_bytes_ - response_.body.size()) {
    callback_failure_ = TooLarge();
    return false;
  }
  response_.body.append(bytes.data(), bytes.size());
  return true;
}

// The first byte of the body says that no more interim answer comes.
size_t HttpTransfer::TakeStreamed(absl::string_view bytes) {
  CompleteHeader();
  if (bytes.size() > max_body_bytes_ - streamed_bytes_) {
    callback_failure_ = TooLarge();
    return 0;
  }
  absl::MutexLock lock(&mutex_);
  readable_ = true;
  if (arrived_.size() >= kMaxArrived) {
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;  // These bytes come again.
  }
  streamed_bytes_ += bytes.size();
  arrived_.append(bytes.data(), bytes.size());
  return bytes.size();
}

void HttpTransfer::CompleteHeader() {
  if (header_complete_) return;
  header_complete_ = true;
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
}

// Whether there was a connection to send the request over.
bool HttpTransfer::Sent() const {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &microseconds);
  return microseconds > 0;
}

void HttpTransfer::Finish(CURLcode code) {
  CompleteHeader();
  {
    absl::MutexLock lock(&mutex_);
    // A server that closes a fresh connection without a word has not begun to work on the request either.
    connect_failed_ = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
                      code == CURLE_GOT_NOTHING || (code == CURLE_OPERATION_TIMEDOUT && !Sent());
  }
  Finish(callback_failure_.ok() ? CurlStatus(code, error_text_) : callback_failure_);
}

void HttpTransfer::Finish(absl::Status failure) {
  absl::MutexLock lock(&mutex_);
  failure_ = std::move(failure);
  done_ = true;
}

absl::Status HttpTransfer::AwaitThat(const absl::Condition& condition, const Operation& operation,
                                     absl::Time deadline) {
  // Touching the mutex makes the wait below evaluate its condition again.
  const int listener = operation.cancellation->AddListener([this] { absl::MutexLock lock(&mutex_); });
  const auto ready = [&] { return operation.cancellation->cancelled() || condition.Eval(); };
  bool met = false;
  {
    absl::MutexLock lock(&mutex_);
    if (!ready()) AboutToWait();
    mutex_.AwaitWithDeadline(absl::Condition(&ready), deadline);
    met = condition.Eval();
  }
  operation.cancellation->RemoveListener(listener);
  if (met) return absl::OkStatus();
  if (operation.cancellation->cancelled()) return operation.Check();
  return LateError(operation, deadline);
}

absl::Status HttpTransfer::Await(const Operation& operation, absl::Time deadline) {
  const auto ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return done_ || readable_; };
  return AwaitThat(absl::Condition(&ended), operation, deadline);
}

bool HttpTransfer::connect_failed() {
  absl::MutexLock lock(&mutex_);
  return connect_failed_;
}

absl::StatusOr<HttpResponse> HttpTransfer::TakeResponse() {
  {
    absl::MutexLock lock(&mutex_);
    if (!failure_.ok() && !readable_) return failure_;
  }
  return std::move(response_);
}

absl::Status HttpTransfer::TakePiece(const Operation& operation, absl::Time deadline, std::string& piece,
                                     bool& paused) {
  piece.clear();
  const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return done_ || !arrived_.empty(); };
  VITRINE_RETURN_IF_ERROR(AwaitThat(absl::Condition(&ready), operation, deadline));
  absl::MutexLock lock(&mutex_);
  paused = std::exchange(paused_, false);
  if (arrived_.empty()) return failure_;
  arrived_.swap(piece);
  return absl::OkStatus();
}

}  // namespace vitrine::fetch
