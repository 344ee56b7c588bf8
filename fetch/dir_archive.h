#ifndef VITRINE_FETCH_DIR_ARCHIVE_H_
#define VITRINE_FETCH_DIR_ARCHIVE_H_

// A folder of DICOM files as an archive.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "dicom/limits.h"
#include "fetch/archive.h"
#include "fetch/catalog.h"
#include "fetch/file_index.h"

namespace vitrine::fetch {

struct DirArchiveOptions {
  absl::Duration poll = absl::Seconds(30);            // Between two scans for new, changed and vanished files.
  absl::Duration first_scan_wait = absl::Seconds(2);  // How long a query waits for the first scan to end.
  uint64_t max_instance_bytes = 2ull << 30;           // Of one file.
  uint64_t max_metadata_bytes = 256ull << 20;         // Of one metadata answer.
  uint64_t max_results = 5000;                        // Of one query.
  dicom::Limits limits;                               // Of the files' headers.
  std::function<void(const ScanProgress&, bool done)> on_progress;  // From the scanning thread, a few times a second.
};

// Scans on a thread of its own and serves what is found so far. While the first scan runs, a search waits a moment for
// it and then says in its Warning that it may be incomplete; a look-up of something not yet found waits for it. A file
// that has vanished or changed since it was indexed starts a new scan, which the look-up waits for.
class DirArchive : public Archive {
 public:
  // kNotFound where `root` is not a folder.
  static absl::StatusOr<std::unique_ptr<DirArchive>> Open(const std::string& root, DirArchiveOptions options);
  ~DirArchive() override;

  absl::StatusOr<QueryResult> Query(QueryLevel level, const ResourcePath& parent, absl::string_view query,
                                    const Operation& operation) override;
  absl::StatusOr<std::string> Metadata(const ResourcePath& path, const Operation& operation) override;
  absl::StatusOr<Bytes> Instance(const ResourcePath& path, const Operation& operation) override;
  absl::StatusOr<std::string> BulkData(const ResourcePath& path, absl::string_view attribute,
                                       const Operation& operation) override;
  absl::Status Check(const Operation& operation) override;

  // Waits for a scan that begins after this call. kArchiveUnreachable where the folder cannot be read.
  absl::Status Rescan(const Operation& operation);
  ScanProgress progress() const;

 private:
  DirArchive(const std::string& root, DirArchiveOptions options);

  void ScanLoop();
  absl::Status ScanOnce();
  void Publish(bool done);
  std::shared_ptr<const Catalog> catalog() const;
  // Waits until the scan numbered `scan` has ended.
  absl::Status AwaitScan(uint64_t scan, const Operation& operation);
  absl::StatusOr<std::shared_ptr<const CatalogInstance>> Find(const ResourcePath& path, const Operation& operation);

  const DirArchiveOptions options_;
  FileIndex index_;  // The scanning thread's.
  mutable absl::Mutex mutex_;
  std::shared_ptr<const Catalog> catalog_ ABSL_GUARDED_BY(mutex_) = std::make_shared<const Catalog>();
  ScanProgress progress_ ABSL_GUARDED_BY(mutex_);
  absl::Status scan_status_ ABSL_GUARDED_BY(mutex_);
  uint64_t requested_ ABSL_GUARDED_BY(mutex_) = 1;  // The newest scan that somebody asked for; 1 is the first scan.
  uint64_t finished_ ABSL_GUARDED_BY(mutex_) = 0;   // All up to this one have ended.
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_DIR_ARCHIVE_H_
