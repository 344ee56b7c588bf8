#include "fetch/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/bulk_data.h"

namespace vitrine::fetch {
namespace {

constexpr uint64_t kFirstRead = 64 << 10;

absl::Status OpenError(int error) {
  if (error == ENOENT || error == ENOTDIR || error == ENXIO) {  // ENXIO: a socket.
    return MakeError(ErrorCategory::kNotFound, "the instance's file does not exist", std::strerror(error));
  }
  return MakeError(ErrorCategory::kArchiveUnreachable, "the instance's file cannot be opened", std::strerror(error));
}

class File {
 public:
  static absl::StatusOr<File> Open(const std::string& path) {
    // O_NONBLOCK: opening a pipe would otherwise wait for its writer.
    File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (file.descriptor_ < 0 || fstat(file.descriptor_, &status) != 0) return OpenError(errno);
    if (!S_ISREG(status.st_mode)) {
      return MakeError(ErrorCategory::kNotFound, "the instance's file does not exist", "not a regular file");
    }
    file.version_ = VersionOf(status);
    return file;
  }
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), version_(other.version_) {}
  File& operator=(File&&) = delete;
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  const FileVersion& version() const { return version_; }

  // Appends up to `wanted` bytes in total to `bytes`; fewer only at the end of the file.
  absl::Status ReadUpTo(uint64_t wanted, std::string& bytes) const {
    size_t have = bytes.size();
    bytes.resize(wanted);
    while (have < wanted) {
      const ssize_t got = read(descriptor_, bytes.data() + have, wanted - have);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        return MakeError(ErrorCategory::kArchiveUnreachable, "the instance's file cannot be read",
                         std::strerror(errno));
      }
      if (got == 0) break;
      have += static_cast<size_t>(got);
    }
    bytes.resize(have);
    return absl::OkStatus();
  }

 private:
  explicit File(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  FileVersion version_;
};

// Calls `read` with more and more of the file until it gives a result.
template <typename Result>
absl::StatusOr<Result> ReadAsFarAsNeeded(
    const std::string& path, const dicom::Limits& limits,
    absl::FunctionRef<absl::StatusOr<std::optional<Result>>(absl::string_view bytes, bool complete)> read) {
  VITRINE_ASSIGN_OR_RETURN(const File file, File::Open(path));
  std::string bytes;
  for (uint64_t wanted = kFirstRead;; wanted *= 2) {
    wanted = std::min({wanted, file.version().size, limits.max_header_bytes});
    VITRINE_RETURN_IF_ERROR(file.ReadUpTo(wanted, bytes));
    const bool complete = bytes.size() < wanted || bytes.size() >= file.version().size;
    VITRINE_ASSIGN_OR_RETURN(std::optional<Result> result, read(bytes, complete));
    if (result.has_value()) return *std::move(result);
  }
}

}  // namespace

FileVersion VersionOf(const struct stat& status) {
  return {static_cast<uint64_t>(status.st_size),
          int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_ino};
}

absl::StatusOr<FileContent> ReadFile(const std::string& path, uint64_t max_bytes) {
  VITRINE_ASSIGN_OR_RETURN(const File file, File::Open(path));
  if (file.version().size > max_bytes) {
    return MakeError(ErrorCategory::kTooLarge, "the instance is larger than this server accepts");
  }
  FileContent content;
  content.version = file.version();
  VITRINE_RETURN_IF_ERROR(file.ReadUpTo(file.version().size, content.bytes));
  return content;
}

absl::StatusOr<dicom::JsonHeader> ReadFileHeader(const std::string& path, const dicom::Limits& limits,
                                                 uint64_t max_value_bytes, absl::string_view bulk_data_uri) {
  return ReadAsFarAsNeeded<dicom::JsonHeader>(path, limits, [&](absl::string_view bytes, bool complete) {
    return dicom::ReadJsonHeader(bytes, complete, limits, max_value_bytes, bulk_data_uri);
  });
}

absl::StatusOr<std::string> ReadFileBulkData(const std::string& path, const dicom::Limits& limits,
                                             absl::string_view attribute) {
  return ReadAsFarAsNeeded<std::string>(path, limits, [&](absl::string_view bytes, bool complete) {
    return dicom::ReadBulkData(bytes, complete, limits, attribute);
  });
}

}  // namespace vitrine::fetch
