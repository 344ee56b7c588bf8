#ifndef VITRINE_SERVICE_HTTP_ADDRESS_H_
#define VITRINE_SERVICE_HTTP_ADDRESS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vitrine::http {

struct HostPort {
  std::string host;  // An IP address, without brackets.
  uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080", ":8080" (all IPv4 interfaces), "localhost:8080". INVALID_ARGUMENT otherwise.
absl::StatusOr<HostPort> ParseHostPort(absl::string_view text);

// The inverse; brackets IPv6.
std::string FormatHostPort(const HostPort& address);

// Whether only this machine can connect to it.
bool IsLoopback(const HostPort& address);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_ADDRESS_H_
