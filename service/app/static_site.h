#ifndef VITRINE_SERVICE_APP_STATIC_SITE_H_
#define VITRINE_SERVICE_APP_STATIC_SITE_H_

// A folder of files as a web site: an OHIF viewer as it is built, for example.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/http/message.h"

namespace vitrine::service {

// Thread-safe.
class StaticSite {
 public:
  // INVALID_ARGUMENT where the folder has no index.html.
  static absl::StatusOr<std::unique_ptr<StaticSite>> Open(const std::string& folder);

  // The file, its .br or .gz neighbour where the client takes that; the index for a path whose last segment names no
  // file ("viewer", "viewer/1.2.3"), because such paths are the application's own. 404 for a missing file, for
  // names that begin with a dot, and for whatever leads out of the folder, symbolic links included.
  http::Response Serve(const http::Request& request, const std::string& request_id) const;

 private:
  explicit StaticSite(std::string root) : root_(std::move(root)) {}

  const std::string root_;  // Canonical.
};

// The configuration that makes an OHIF viewer of either version use the archive of the page's own origin.
std::string OhifConfiguration();

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_STATIC_SITE_H_
