#include "fetch/file_index.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"

namespace vitrine::fetch {
namespace {

namespace fs = std::filesystem;

// Larger and private attributes are read from the file again when somebody asks for the metadata.
constexpr size_t kMaxKeptAttribute = 1024;
constexpr int kMaxFolderDepth = 128;

std::vector<dicom::JsonAttribute> Keepable(std::vector<dicom::JsonAttribute> attributes) {
  attributes.erase(std::remove_if(attributes.begin(), attributes.end(),
                                  [](const dicom::JsonAttribute& attribute) {
                                    const bool is_private = (attribute.tag >> 16) % 2 == 1;
                                    return is_private || attribute.json.size() > kMaxKeptAttribute;
                                  }),
                   attributes.end());
  attributes.shrink_to_fit();
  return attributes;
}

// Calls `visit(path, version)` for every regular file below a folder until it returns false.
template <typename Visit>
class Walker {
 public:
  explicit Walker(Visit visit) : visit_(std::move(visit)) {}

  // False where `visit` ended it.
  bool Walk(const fs::path& folder, int depth) {
    std::error_code error;
    fs::directory_iterator entries(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      struct stat status {};
      if (stat(entries->path().c_str(), &status) != 0) continue;
      if (S_ISDIR(status.st_mode)) {
        // A symbolic link may lead back up: no folder is entered twice.
        const bool first_time = folders_.emplace(status.st_dev, status.st_ino).second;
        if (first_time && depth < kMaxFolderDepth && !Walk(entries->path(), depth + 1)) return false;
      } else if (S_ISREG(status.st_mode)) {
        if (!visit_(entries->path().string(), VersionOf(status))) return false;
      }
    }
    if (error && error != std::errc::no_such_file_or_directory) complete_ = false;
    return true;
  }

  // Whether every folder that is there and permitted could be listed.
  bool complete() const { return complete_; }

 private:
  Visit visit_;
  bool complete_ = true;
  std::set<std::pair<dev_t, ino_t>> folders_;
};

}  // namespace

absl::Status FileIndex::Scan(absl::FunctionRef<bool(const ScanProgress&)> report) {
  std::error_code error;
  fs::directory_iterator root(root_, error);
  if (error) {
    return MakeError(ErrorCategory::kArchiveUnreachable, "the archive's folder cannot be read", error.message());
  }
  ++scan_;
  progress_ = {};
  Walker walker([&](const std::string& path, const FileVersion& version) {
    Visit(path, version);
    return report(progress_);
  });
  if (!walker.Walk(root_, 0) || !walker.complete()) return absl::OkStatus();
  for (auto entry = files_.begin(); entry != files_.end();) {
    entry = entry->second.scan == scan_ ? std::next(entry) : files_.erase(entry);
  }
  return absl::OkStatus();
}

void FileIndex::Visit(const std::string& path, const FileVersion& version) {
  Entry& entry = files_[path];
  if (!entry.read || entry.version != version) {
    entry.instance = nullptr;
    entry.version = version;
    // Values that are too long to be kept need not be turned into text either.
    absl::StatusOr<dicom::JsonHeader> header = ReadFileHeader(path, limits_, kMaxKeptAttribute);
    entry.read = CategoryOf(header.status()) != ErrorCategory::kArchiveUnreachable;
    if (header.ok()) {
      header->attributes = Keepable(std::move(header->attributes));
      absl::StatusOr<CatalogInstance> instance = MakeCatalogInstance(*std::move(header), path);
      if (instance.ok()) {
        instance->version = version;
        entry.instance = std::make_shared<const CatalogInstance>(*std::move(instance));
      }
    }
  }
  entry.scan = scan_;
  ++progress_.seen;
  ++(entry.instance != nullptr ? progress_.indexed : progress_.skipped);
}

std::shared_ptr<const Catalog> FileIndex::MakeCatalog() {
  std::vector<std::shared_ptr<const CatalogInstance>> instances;
  for (const auto& [path, entry] : files_) {
    if (entry.instance != nullptr) instances.push_back(entry.instance);
  }
  std::stable_sort(instances.begin(), instances.end(),
                   [](const auto& a, const auto& b) { return a->version.modified_ns > b->version.modified_ns; });
  auto catalog = std::make_shared<const Catalog>(instances);
  progress_.duplicates = instances.size() - catalog->size();
  return catalog;
}

}  // namespace vitrine::fetch
