#ifndef VITRINE_FETCH_MAKE_ARCHIVE_H_
#define VITRINE_FETCH_MAKE_ARCHIVE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fetch/archive.h"
#include "fetch/dicomweb_archive.h"
#include "fetch/dir_archive.h"

namespace vitrine::fetch {

struct ArchiveOptions {
  DirArchiveOptions dir;
  DicomwebArchiveOptions dicomweb;
};

// "demo:", "dir:PATH", or the root of a DICOMweb server as http:// or https:// URL. kInvalidRequest for anything else,
// kNotFound for a folder that is not there. A DICOMweb server is not contacted yet. The message never repeats a URL,
// which may hold a password.
absl::StatusOr<std::unique_ptr<Archive>> MakeArchive(absl::string_view url, const ArchiveOptions& options);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_MAKE_ARCHIVE_H_
