#ifndef VITRINE_SERVICE_HTTP_CORS_H_
#define VITRINE_SERVICE_HTTP_CORS_H_

// Which pages of other origins may read our answers (the Fetch standard's CORS and Cross-Origin-Resource-Policy).

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/http/message.h"

namespace vitrine::http {

// Immutable and so thread-safe.
class CrossOrigin {
 public:
  // Only pages of our own origin.
  CrossOrigin() = default;

  // Origins separated by commas or spaces, each as browsers send it ("https://ohif.example:8443"), or "*" alone.
  // INVALID_ARGUMENT for anything else.
  static absl::StatusOr<CrossOrigin> Parse(absl::string_view origins);

  bool any_origin() const { return any_; }
  // Whether an Origin header's value is among them.
  bool Allows(absl::string_view origin) const;

  // The answer to a preflight request - which never carries credentials - or nullopt for any other request.
  std::optional<Response> Preflight(const Request& request) const;

  // Adds the headers to an answer, whatever its status.
  void Decorate(const Request& request, Response& response) const;

 private:
  bool any_ = false;
  std::vector<std::string> origins_;
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_CORS_H_
