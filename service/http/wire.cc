#include "service/http/wire.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "boost/beast/http/status.hpp"
#include "boost/url/parse.hpp"
#include "boost/url/pct_string_view.hpp"
#include "boost/url/url_view.hpp"

namespace vitrine::http {
namespace {

absl::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

// A line break in a value would let whoever chose it write headers.
std::string FieldValue(absl::string_view value) {
  std::string clean(value);
  for (char& c : clean) {
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  }
  return clean;
}

// Origin form, or the absolute form that proxies are sent and every server must take (RFC 9112 3.2.2).
boost::urls::result<boost::urls::url_view> ParseTarget(absl::string_view target) {
  const boost::urls::string_view text(target.data(), target.size());
  return absl::StartsWith(target, "/") ? boost::urls::parse_origin_form(text) : boost::urls::parse_absolute_uri(text);
}

// Of this second.
const std::string& HttpDate() {
  thread_local absl::Time second = absl::InfinitePast();
  thread_local std::string text;
  if (const absl::Time now = absl::Now(); now < second || now >= second + absl::Seconds(1)) {
    second = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
    text = absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", second, absl::UTCTimeZone());
  }
  return text;
}

// Of a text whose escapes are known to be well-formed.
std::string Decoded(absl::string_view text) {
  if (!absl::StrContains(text, '%')) return std::string(text);
  return boost::urls::pct_string_view(text.data(), text.size()).decode();
}

Fields ParamsOf(absl::string_view query) {
  Fields params;
  if (query.empty()) return params;
  for (const absl::string_view param : absl::StrSplit(query, '&')) {
    const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(param, absl::MaxSplits('=', 1));
    params.emplace_back(Decoded(pair.first), Decoded(pair.second));
  }
  return params;
}

}  // namespace

absl::StatusOr<Request> ToRequest(boost::beast::http::request<boost::beast::http::string_body> message) {
  if (message.version() >= 11 && message.count(boost::beast::http::field::host) != 1) {
    return MakeError(ErrorCategory::kInvalidRequest, "one Host header is required");
  }
  const auto url = ParseTarget(View(message.target()));
  if (url.has_error()) {
    return MakeError(ErrorCategory::kInvalidRequest, "the request target is not a valid path and query");
  }
  Request request;
  request.method = std::string(View(message.method_string()));
  request.query = std::string(url->encoded_query().data(), url->encoded_query().size());
  for (const std::string segment : url->segments()) request.segments.push_back(segment);
  request.params = ParamsOf(request.query);
  for (const auto& field : message) {
    request.headers.emplace_back(absl::AsciiStrToLower(View(field.name_string())), std::string(View(field.value())));
  }
  request.body = std::move(message.body());
  return request;
}

std::string SerializeHeader(const Response& response, absl::string_view connection, unsigned version) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  std::string header = absl::StrCat("HTTP/1.1 ", response.status, " ", View(reason), "\r\n");
  for (const auto& [name, value] : response.headers) absl::StrAppend(&header, name, ": ", FieldValue(value), "\r\n");
  if (response.source != nullptr && !response.source_length) {
    if (version >= 11) absl::StrAppend(&header, "Transfer-Encoding: chunked\r\n");
  } else if (response.status != 204 && response.status != 304) {
    const uint64_t body_length = response.body == nullptr ? 0 : response.body->size();
    absl::StrAppend(&header, "Content-Length: ", response.source_length.value_or(body_length), "\r\n");
  }
  if (!connection.empty()) absl::StrAppend(&header, "Connection: ", connection, "\r\n");
  absl::StrAppend(&header, "Date: ", HttpDate(), "\r\nServer: vitrine\r\nX-Content-Type-Options: nosniff\r\n\r\n");
  return header;
}

}  // namespace vitrine::http
