#ifndef VITRINE_FETCH_FILE_READER_H_
#define VITRINE_FETCH_FILE_READER_H_

// Reads regular files, whole or as far as a DICOM header goes. Devices, pipes and folders are refused without waiting
// for them.

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "dicom/dicom_json.h"
#include "dicom/limits.h"

namespace vitrine::fetch {

// Changes when the file does: from its size, modification time and inode.
struct FileVersion {
  uint64_t size = 0;
  int64_t modified_ns = 0;  // Since the epoch.
  uint64_t inode = 0;

  bool operator==(const FileVersion& other) const = default;
};

FileVersion VersionOf(const struct stat& status);

struct FileContent {
  std::string bytes;
  FileVersion version;
};

// kNotFound where there is no regular file, kTooLarge where it has more than `max_bytes`, kArchiveUnreachable where it
// cannot be opened or read. Messages do not name it.
absl::StatusOr<FileContent> ReadFile(const std::string& path, uint64_t max_bytes);

// Reads 64 KiB and then twice as much each time until the header is complete. Errors as ReadFile() and
// ReadJsonHeader(), which see for the rest.
absl::StatusOr<dicom::JsonHeader> ReadFileHeader(const std::string& path, const dicom::Limits& limits,
                                                 uint64_t max_value_bytes, absl::string_view bulk_data_uri = {});

// One value of the header, read in the same way. Errors as dicom::ReadBulkData() besides.
absl::StatusOr<std::string> ReadFileBulkData(const std::string& path, const dicom::Limits& limits,
                                             absl::string_view attribute);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_FILE_READER_H_
