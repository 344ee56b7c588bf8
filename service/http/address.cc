#include "service/http/address.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace vitrine::http {

absl::StatusOr<HostPort> ParseHostPort(absl::string_view text) {
  const auto error = [&] { return absl::InvalidArgumentError(absl::StrCat("not HOST:PORT: \"", text, "\"")); };
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return error();
  int port = 0;
  if (!absl::SimpleAtoi(text.substr(colon + 1), &port) || port < 0 || port > 65535) return error();
  absl::string_view host = text.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) {
    if (!absl::ConsumeSuffix(&host, "]")) return error();
  } else if (absl::StrContains(host, ":")) {
    return error();
  }
  if (host.empty()) host = "0.0.0.0";
  if (host == "localhost") host = "127.0.0.1";
  return HostPort{std::string(host), static_cast<uint16_t>(port)};
}

std::string FormatHostPort(const HostPort& address) {
  const bool v6 = absl::StrContains(address.host, ":");
  return absl::StrCat(v6 ? "[" : "", address.host, v6 ? "]" : "", ":", address.port);
}

bool IsLoopback(const HostPort& address) { return absl::StartsWith(address.host, "127.") || address.host == "::1"; }

}  // namespace vitrine::http
