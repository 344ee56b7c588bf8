#include "service/http/public_base.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace vitrine::http {
namespace {

// The first member of a list: the proxy next to the client.
std::string First(const Request& request, absl::string_view name) {
  const std::string value = request.header(name);
  return std::string(absl::StripAsciiWhitespace(absl::string_view(value).substr(0, value.find(','))));
}

// What may stand in a host, a port and a path: nothing that ends a JSON string or a header.
bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("-._~:[]/%", absl::string_view(&c, 1));
  });
}

}  // namespace

std::string PublicBase(const Request& request, absl::string_view configured) {
  if (!configured.empty()) {
    while (absl::EndsWith(configured, "/")) configured.remove_suffix(1);
    return std::string(configured);
  }
  std::string host = First(request, "x-forwarded-host");
  if (host.empty()) host = request.header("host");
  std::string prefix = First(request, "x-forwarded-prefix");
  while (absl::EndsWith(prefix, "/")) prefix.pop_back();
  if (host.empty() || !IsPlain(host) || absl::StrContains(host, "/") || !IsPlain(prefix)) return "";
  if (!prefix.empty() && !absl::StartsWith(prefix, "/")) return "";
  const bool secure = absl::EqualsIgnoreCase(First(request, "x-forwarded-proto"), "https");
  return absl::StrCat(secure ? "https://" : "http://", host, prefix);
}

}  // namespace vitrine::http
