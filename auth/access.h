#ifndef VITRINE_AUTH_ACCESS_H_
#define VITRINE_AUTH_ACCESS_H_

// Who calls us, and what they may see. Decided for (principal, archive, study) before any cache is read.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vitrine::auth {

// What a caller presented.
struct Credentials {
  std::string authorization;  // The Authorization header or metadata entry, "" where there is none.
};

// A caller whose identity is established.
struct Principal {
  std::string subject;  // "anonymous" where nobody has to say who they are.
};

// --auth=none: everybody is anonymous and may see everything. Thread-safe.
class AnonymousAccess {
 public:
  absl::StatusOr<Principal> Authenticate(const Credentials&) const { return Principal{"anonymous"}; }
  absl::Status Check(const Principal&, absl::string_view /*archive*/, absl::string_view /*study_instance_uid*/) const {
    return absl::OkStatus();
  }
};

}  // namespace vitrine::auth

#endif  // VITRINE_AUTH_ACCESS_H_
