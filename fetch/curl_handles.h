#ifndef VITRINE_FETCH_CURL_HANDLES_H_
#define VITRINE_FETCH_CURL_HANDLES_H_

// libcurl's handles with owners, and its codes as statuses.

#include <curl/curl.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vitrine::fetch {

struct CurlEasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct CurlMultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct CurlUrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct CurlListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using CurlEasy = std::unique_ptr<CURL, CurlEasyDeleter>;
using CurlMulti = std::unique_ptr<CURLM, CurlMultiDeleter>;
using CurlUrl = std::unique_ptr<CURLU, CurlUrlDeleter>;
using CurlList = std::unique_ptr<curl_slist, CurlListDeleter>;

// Initialise libcurl on first use. kInternal where it has no memory.
absl::StatusOr<CurlEasy> MakeCurlEasy();
absl::StatusOr<CurlMulti> MakeCurlMulti();

// Appends "line" to the list.
void Append(CurlList& list, const std::string& line);

// The result of a transfer as a status; `detail` is for the log.
absl::Status CurlStatus(CURLcode code, absl::string_view detail);
absl::Status CurlStatus(CURLMcode code);

// A URL in pieces. An origin is scheme, host and port, written alike for alike origins.
struct HttpUrl {
  std::string url;  // Without user, password and fragment.
  std::string origin;
  std::string user;      // Percent-decoded; "" where there is none.
  std::string password;  // Likewise.
};

// kInvalidRequest for anything but an absolute http or https URL. The message does not repeat it.
absl::StatusOr<HttpUrl> ParseHttpUrl(absl::string_view url);

// The URL that `reference`, such as a Location header, means as seen from `base` (RFC 3986, 5.2).
absl::StatusOr<HttpUrl> ResolveHttpUrl(absl::string_view base, absl::string_view reference);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_CURL_HANDLES_H_
