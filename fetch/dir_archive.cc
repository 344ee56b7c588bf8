#include "fetch/dir_archive.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/wait_observer.h"
#include "dicom/dicom_json.h"
#include "fetch/file_reader.h"
#include "fetch/qido.h"

namespace vitrine::fetch {
namespace {

constexpr uint64_t kFirstScan = 1;

absl::Status NotFound() { return MakeError(ErrorCategory::kNotFound, "the archive does not hold this object"); }

std::string BulkDataUri(const CatalogInstance& instance) {
  return absl::StrCat(PathText({instance.StudyInstanceUID, instance.SeriesInstanceUID, instance.SOPInstanceUID}),
                      "/bulkdata/");
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirArchive>> DirArchive::Open(const std::string& root, DirArchiveOptions options) {
  std::error_code error;
  if (!std::filesystem::is_directory(root, error)) {
    return MakeError(ErrorCategory::kNotFound, absl::StrCat("not a folder: ", root), error.message());
  }
  std::unique_ptr<DirArchive> archive(new DirArchive(root, std::move(options)));
  archive->thread_ = std::thread([raw = archive.get()] { raw->ScanLoop(); });
  return archive;
}

DirArchive::DirArchive(const std::string& root, DirArchiveOptions options)
    : options_(std::move(options)), index_(root, options_.limits) {}

DirArchive::~DirArchive() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void DirArchive::ScanLoop() {
  while (true) {
    uint64_t serves = 0;
    {
      absl::MutexLock lock(&mutex_);
      serves = requested_;
    }
    const absl::Status status = ScanOnce();
    absl::MutexLock lock(&mutex_);
    scan_status_ = status;
    finished_ = serves;
    const auto wanted = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || requested_ > finished_; };
    mutex_.AwaitWithDeadline(absl::Condition(&wanted), absl::Now() + options_.poll);
    if (stopping_) return;
  }
}

absl::Status DirArchive::ScanOnce() {
  absl::Duration interval = absl::Milliseconds(250);
  absl::Time next_publication = absl::Now() + interval;
  const absl::Status status = index_.Scan([&](const ScanProgress&) {
    if (absl::Now() >= next_publication) {
      Publish(/*done=*/false);
      // A catalog takes longer to make the more it holds.
      interval = std::min(2 * interval, absl::Seconds(8));
      next_publication = absl::Now() + interval;
    }
    absl::MutexLock lock(&mutex_);
    return !stopping_;
  });
  if (status.ok()) Publish(/*done=*/true);
  return status;
}

void DirArchive::Publish(bool done) {
  std::shared_ptr<const Catalog> catalog = index_.MakeCatalog();
  {
    absl::MutexLock lock(&mutex_);
    progress_ = index_.progress();
    catalog_.swap(catalog);  // The old one is destroyed outside the lock.
  }
  if (options_.on_progress) options_.on_progress(index_.progress(), done);
}

std::shared_ptr<const Catalog> DirArchive::catalog() const {
  absl::MutexLock lock(&mutex_);
  return catalog_;
}

ScanProgress DirArchive::progress() const {
  absl::MutexLock lock(&mutex_);
  return progress_;
}

absl::Status DirArchive::AwaitScan(uint64_t scan, const Operation& operation) {
  AboutToWait();
  // Touching the mutex makes the wait below evaluate its condition again.
  const int listener = operation.cancellation->AddListener([this] { absl::MutexLock lock(&mutex_); });
  bool finished = false;
  {
    absl::MutexLock lock(&mutex_);
    const auto ready = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return finished_ >= scan || operation.cancellation->cancelled();
    };
    mutex_.AwaitWithDeadline(absl::Condition(&ready), operation.deadline);
    finished = finished_ >= scan;
  }
  operation.cancellation->RemoveListener(listener);
  if (finished) return absl::OkStatus();
  absl::Status status = operation.Check();
  return status.ok() ? MakeError(ErrorCategory::kDeadline, "the request's deadline has passed") : status;
}

absl::Status DirArchive::Rescan(const Operation& operation) {
  uint64_t scan = 0;
  {
    absl::MutexLock lock(&mutex_);
    scan = ++requested_;
  }
  VITRINE_RETURN_IF_ERROR(AwaitScan(scan, operation));
  absl::MutexLock lock(&mutex_);
  return scan_status_;
}

absl::StatusOr<QueryResult> DirArchive::Query(QueryLevel level, const ResourcePath& parent, absl::string_view query,
                                              const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  Operation patience = operation;
  patience.deadline = std::min(operation.deadline, absl::Now() + options_.first_scan_wait);
  const bool complete = AwaitScan(kFirstScan, patience).ok();
  VITRINE_RETURN_IF_ERROR(operation.Check());
  VITRINE_ASSIGN_OR_RETURN(QueryResult result,
                           SearchCatalog(*catalog(), level, parent, query, options_.max_results, operation));
  if (!complete) {
    absl::StrAppend(&result.warning, result.warning.empty() ? "" : ", ",
                    "299 vitrine \"The archive is still being indexed; there may be more results\"");
  }
  return result;
}

absl::StatusOr<std::string> DirArchive::Metadata(const ResourcePath& path, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  if (path.SOPInstanceUID.empty() || catalog()->FindInstance(path) == nullptr) {
    // Of a study or series that is still being indexed, only a part may be there.
    VITRINE_RETURN_IF_ERROR(AwaitScan(kFirstScan, operation));
  }
  std::string json = "[";
  for (const auto& instance : catalog()->Below(path)) {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    const absl::StatusOr<dicom::JsonHeader> header =
        ReadFileHeader(instance->location, options_.limits, dicom::kMaxValueBytes, BulkDataUri(*instance));
    if (CategoryOf(header.status()) == ErrorCategory::kArchiveUnreachable) return header.status();
    if (!header.ok()) continue;  // It has vanished; the next scan will notice.
    absl::StrAppend(&json, json.size() > 1 ? "," : "", dicom::JsonObject(header->attributes));
    if (json.size() > options_.max_metadata_bytes) {
      return MakeError(ErrorCategory::kTooLarge, "the metadata is larger than this server accepts");
    }
  }
  if (json.size() == 1) return NotFound();
  json.push_back(']');
  return json;
}

absl::StatusOr<std::shared_ptr<const CatalogInstance>> DirArchive::Find(const ResourcePath& path,
                                                                        const Operation& operation) {
  std::shared_ptr<const CatalogInstance> instance = catalog()->FindInstance(path);
  if (instance == nullptr) {
    VITRINE_RETURN_IF_ERROR(AwaitScan(kFirstScan, operation));
    instance = catalog()->FindInstance(path);
  }
  if (instance == nullptr) return NotFound();
  return instance;
}

absl::StatusOr<Bytes> DirArchive::Instance(const ResourcePath& path, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  for (const bool last_try : {false, true}) {
    VITRINE_ASSIGN_OR_RETURN(const std::shared_ptr<const CatalogInstance> instance, Find(path, operation));
    absl::StatusOr<FileContent> content = ReadFile(instance->location, options_.max_instance_bytes);
    if (content.ok() && content->version == instance->version) {
      return std::make_shared<const std::string>(std::move(content->bytes));
    }
    if (!content.ok() && !absl::IsNotFound(content.status())) return content.status();
    if (!last_try) VITRINE_RETURN_IF_ERROR(Rescan(operation));
  }
  return NotFound();
}

absl::StatusOr<std::string> DirArchive::BulkData(const ResourcePath& path, absl::string_view attribute,
                                                 const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  VITRINE_ASSIGN_OR_RETURN(const std::shared_ptr<const CatalogInstance> instance, Find(path, operation));
  return ReadFileBulkData(instance->location, options_.limits, attribute);
}

absl::Status DirArchive::Check(const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  absl::MutexLock lock(&mutex_);
  return scan_status_;
}

}  // namespace vitrine::fetch
