#include "fetch/make_archive.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "fetch/demo_archive.h"

namespace vitrine::fetch {

absl::StatusOr<std::unique_ptr<Archive>> MakeArchive(absl::string_view url, const ArchiveOptions& options) {
  if (url == "demo:") return std::make_unique<DemoArchive>();
  if (absl::string_view path = url; absl::ConsumePrefix(&path, "dir:")) {
    return DirArchive::Open(std::string(path), options.dir);
  }
  if (absl::StartsWithIgnoreCase(url, "http://") || absl::StartsWithIgnoreCase(url, "https://")) {
    return DicomwebArchive::Open(url, options.dicomweb);
  }
  return MakeError(ErrorCategory::kInvalidRequest,
                   "an archive is demo:, dir:PATH or a DICOMweb root as http:// or https:// URL");
}

}  // namespace vitrine::fetch
