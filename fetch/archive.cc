#include "fetch/archive.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace vitrine::fetch {

std::string PathText(const ResourcePath& path) {
  std::string text;
  if (!path.StudyInstanceUID.empty()) absl::StrAppend(&text, "/studies/", path.StudyInstanceUID);
  if (!path.SeriesInstanceUID.empty()) absl::StrAppend(&text, "/series/", path.SeriesInstanceUID);
  if (!path.SOPInstanceUID.empty()) absl::StrAppend(&text, "/instances/", path.SOPInstanceUID);
  return text;
}

bool IsValidUid(absl::string_view uid) {
  if (uid.empty() || uid.size() > 64 || uid.front() == '.' || uid.back() == '.') return false;
  char previous = '0';
  for (const char c : uid) {
    if (c != '.' && (c < '0' || c > '9')) return false;
    if (c == '.' && previous == '.') return false;
    previous = c;
  }
  return true;
}

absl::StatusOr<std::unique_ptr<InstanceStream>> Archive::Instances(const ResourcePath&, const Operation&) {
  return MakeError(ErrorCategory::kUnsupported, "the archive is no DICOMweb server");
}

absl::StatusOr<std::unique_ptr<PassedAnswer>> Archive::PassOn(absl::string_view, absl::string_view, const Operation&) {
  return MakeError(ErrorCategory::kUnsupported, "the archive is no DICOMweb server");
}

absl::StatusOr<std::string> Archive::BulkData(const ResourcePath&, absl::string_view, const Operation&) {
  return MakeError(ErrorCategory::kNotFound, "the object has no such bulk data");
}

}  // namespace vitrine::fetch
