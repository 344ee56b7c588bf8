#ifndef VITRINE_FETCH_FILE_INDEX_H_
#define VITRINE_FETCH_FILE_INDEX_H_

// Which DICOM files a folder holds, kept up to date by scanning it again and again.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "dicom/limits.h"
#include "fetch/catalog.h"
#include "fetch/file_reader.h"

namespace vitrine::fetch {

struct ScanProgress {
  uint64_t seen = 0;        // Regular files met.
  uint64_t indexed = 0;     // Of these, DICOM objects.
  uint64_t skipped = 0;     // Of these, other or unreadable files.
  uint64_t duplicates = 0;  // Of `indexed`, objects whose SOPInstanceUID a newer file has. Counted by MakeCatalog().
};

// Not thread-safe.
class FileIndex {
 public:
  // `root`: an existing folder.
  FileIndex(std::string root, const dicom::Limits& limits) : root_(std::move(root)), limits_(limits) {}

  // Walks the folder and its subfolders, following symbolic links (each folder is entered once), and reads the headers
  // of files that are new, have changed or could not be read the last time. What lies in a folder that fails to be
  // listed stays in the index. `report` is called after every file; the scan ends early, keeping what it found, when it
  // returns false. kArchiveUnreachable where the root itself cannot be read: the index stays as it was.
  absl::Status Scan(absl::FunctionRef<bool(const ScanProgress&)> report);

  // The instances found so far. Where several files have one SOPInstanceUID, the newest.
  std::shared_ptr<const Catalog> MakeCatalog();

  const ScanProgress& progress() const { return progress_; }

 private:
  struct Entry {
    FileVersion version;
    std::shared_ptr<const CatalogInstance> instance;  // Null for a file that is not a DICOM object.
    bool read = false;                                // Whether the file system gave what was asked of it.
    uint64_t scan = 0;                                // The last scan that saw the file.
  };

  void Visit(const std::string& path, const FileVersion& version);

  const std::string root_;
  const dicom::Limits limits_;
  uint64_t scan_ = 0;
  ScanProgress progress_;
  std::map<std::string, Entry> files_;  // By path.
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_FILE_INDEX_H_
