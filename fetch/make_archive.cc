#include "fetch/make_archive.h"

#include <string>
#include <utility>

#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "fetch/demo_archive.h"

namespace vitrine::fetch {

absl::StatusOr<std::unique_ptr<Archive>> MakeArchive(absl::string_view url, const ArchiveOptions& options) {
  if (url == "demo:") return std::make_unique<DemoArchive>();
  if (absl::string_view path = url; absl::ConsumePrefix(&path, "dir:")) {
    return DirArchive::Open(std::string(path), options.dir);
  }
  return MakeError(ErrorCategory::kInvalidRequest,
                   "an archive is demo:, dir:PATH or a DICOMweb root as http:// or https:// URL");
}

}  // namespace vitrine::fetch
