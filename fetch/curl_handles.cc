#include "fetch/curl_handles.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace vitrine::fetch {
namespace {

bool InitCurl() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

absl::Status OutOfHandles() { return MakeError(ErrorCategory::kInternal, "cannot prepare a request to the archive"); }

// One part of the URL, or "" where it has none.
std::string UrlPart(CURLU* url, CURLUPart part, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK || text == nullptr) return "";
  std::string result = text;
  curl_free(text);
  return result;
}

absl::StatusOr<HttpUrl> TakeApart(CURLU* url) {
  HttpUrl result;
  const std::string scheme = UrlPart(url, CURLUPART_SCHEME, 0);
  const std::string host = absl::AsciiStrToLower(UrlPart(url, CURLUPART_HOST, 0));
  if ((scheme != "http" && scheme != "https") || host.empty()) {
    return MakeError(ErrorCategory::kInvalidRequest, "not an http or https URL");
  }
  result.origin = absl::StrCat(scheme, "://", host, ":", UrlPart(url, CURLUPART_PORT, CURLU_DEFAULT_PORT));
  result.user = UrlPart(url, CURLUPART_USER, CURLU_URLDECODE);
  result.password = UrlPart(url, CURLUPART_PASSWORD, CURLU_URLDECODE);
  for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT}) {
    curl_url_set(url, part, nullptr, 0);
  }
  result.url = UrlPart(url, CURLUPART_URL, 0);
  return result;
}

}  // namespace

absl::StatusOr<CurlEasy> MakeCurlEasy() {
  CurlEasy easy(InitCurl() ? curl_easy_init() : nullptr);
  if (easy == nullptr) return OutOfHandles();
  return easy;
}

absl::StatusOr<CurlMulti> MakeCurlMulti() {
  CurlMulti multi(InitCurl() ? curl_multi_init() : nullptr);
  if (multi == nullptr) return OutOfHandles();
  return multi;
}

void Append(CurlList& list, const std::string& line) {
  if (curl_slist* longer = curl_slist_append(list.get(), line.c_str())) {
    static_cast<void>(list.release());
    list.reset(longer);
  }
}

absl::Status CurlStatus(CURLcode code, absl::string_view detail) {
  const std::string full =
      absl::StrCat("curl ", static_cast<int>(code), ": ", curl_easy_strerror(code), detail.empty() ? "" : ": ", detail);
  switch (code) {
    case CURLE_OK: return absl::OkStatus();
    case CURLE_OPERATION_TIMEDOUT:
      return MakeError(ErrorCategory::kArchiveTimeout, "the archive did not answer in time", full);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return MakeError(ErrorCategory::kArchiveUnreachable, "the archive's name cannot be resolved", full);
    case CURLE_COULDNT_CONNECT:
      return MakeError(ErrorCategory::kArchiveUnreachable, "the archive cannot be reached", full);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return MakeError(ErrorCategory::kArchiveUnreachable, "no trusted TLS connection to the archive", full);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_HTTP2:
    case CURLE_OUT_OF_MEMORY:  // What libcurl 7.88 calls a header line of more than 100 KiB.
      return MakeError(ErrorCategory::kArchiveProtocol, "the archive's answer is not proper HTTP", full);
    default: return MakeError(ErrorCategory::kArchiveUnreachable, "the connection to the archive broke off", full);
  }
}

absl::Status CurlStatus(CURLMcode code) {
  if (code == CURLM_OK) return absl::OkStatus();
  return MakeError(ErrorCategory::kInternal, "cannot send a request to the archive",
                   absl::StrCat("curl multi ", static_cast<int>(code), ": ", curl_multi_strerror(code)));
}

absl::StatusOr<HttpUrl> ParseHttpUrl(absl::string_view url) {
  CurlUrl handle(curl_url());
  if (handle == nullptr) return OutOfHandles();
  if (curl_url_set(handle.get(), CURLUPART_URL, std::string(url).c_str(), 0) != CURLUE_OK) {
    return MakeError(ErrorCategory::kInvalidRequest, "not an http or https URL");
  }
  return TakeApart(handle.get());
}

absl::StatusOr<HttpUrl> ResolveHttpUrl(absl::string_view base, absl::string_view reference) {
  CurlUrl handle(curl_url());
  if (handle == nullptr) return OutOfHandles();
  if (curl_url_set(handle.get(), CURLUPART_URL, std::string(base).c_str(), 0) != CURLUE_OK ||
      curl_url_set(handle.get(), CURLUPART_URL, std::string(reference).c_str(), 0) != CURLUE_OK) {
    return MakeError(ErrorCategory::kInvalidRequest, "not an http or https URL");
  }
  return TakeApart(handle.get());
}

}  // namespace vitrine::fetch
