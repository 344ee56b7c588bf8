#ifndef VITRINE_FETCH_ARCHIVE_H_
#define VITRINE_FETCH_ARCHIVE_H_

// Where DICOM objects come from. Three implementations: a DICOMweb server, a folder of files, a generated
// demonstration.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/operation.h"

namespace vitrine::fetch {

using Bytes = std::shared_ptr<const std::string>;

// A resource of the Studies Service; the caller has checked every UID with IsValidUid(). Empty: not part of the path.
struct ResourcePath {
  std::string StudyInstanceUID;
  std::string SeriesInstanceUID;
  std::string SOPInstanceUID;
};

// "/studies/{study}/series/{series}/instances/{instance}", as far as the path goes.
std::string PathText(const ResourcePath& path);

// PS3.5 9.1: digits and dots, 1 to 64 characters, no empty component. Leading zeros, which wild objects have, are
// accepted.
bool IsValidUid(absl::string_view uid);

// What a QIDO-RS search looks for.
enum class QueryLevel { kStudies, kSeries, kInstances };

struct QueryResult {
  std::string json;     // A DICOM JSON array (PS3.18 F); "[]" for no match.
  std::string warning;  // The archive's Warning header, or "".
};

// A stored resource on its way from an archive that speaks DICOMweb itself. Not thread-safe.
class PassedAnswer {
 public:
  virtual ~PassedAnswer() = default;

  virtual absl::string_view content_type() const = 0;
  virtual std::optional<uint64_t> length() const = 0;  // Bytes of the body, where the archive says.

  // The next bytes of the body, "" at its end. Errors as Archive.
  virtual absl::StatusOr<std::string> Next(const Operation& operation) = 0;
};

// Instances on their way. Not thread-safe.
class InstanceStream {
 public:
  virtual ~InstanceStream() = default;

  // The next one, as Instance() gives it; null after the last. Errors as Archive.
  virtual absl::StatusOr<Bytes> Next(const Operation& operation) = 0;
};

// Thread-safe. Every call ends within the operation's deadline and stops when it is cancelled. Errors: kNotFound;
// kArchiveUnreachable, kArchiveProtocol and kArchiveTimeout when the archive fails; kDeadline and kCancelled as the
// operation says; kTooLarge for an answer over the configured limit; kInvalidRequest where the archive refuses the
// query's parameters.
class Archive {
 public:
  virtual ~Archive() = default;

  // QIDO-RS below `parent` (PS3.18 10.6). `query` is the percent-encoded query string as the client sent it, without
  // '?'.
  virtual absl::StatusOr<QueryResult> Query(QueryLevel level, const ResourcePath& parent, absl::string_view query,
                                            const Operation& operation) = 0;

  // WADO-RS metadata (PS3.18 10.4.1.1.2): a DICOM JSON array, one object an instance. `path` names at least a study.
  virtual absl::StatusOr<std::string> Metadata(const ResourcePath& path, const Operation& operation) = 0;

  // One instance as stored: a PS3.10 file in its own transfer syntax. `path` names study, series and instance.
  virtual absl::StatusOr<Bytes> Instance(const ResourcePath& path, const Operation& operation) = 0;

  // All instances of a series, in the order in which the archive sends them: far less work for a server than one by
  // one. kNotAcceptable where it does not send them as stored, kUnsupported of archives that gain nothing by it.
  virtual absl::StatusOr<std::unique_ptr<InstanceStream>> Instances(const ResourcePath& path,
                                                                    const Operation& operation);

  // What stands before "/studies/" in the URIs of a DICOMweb server; "" for other archives.
  virtual absl::string_view root() const { return ""; }

  // Retrieves `path` - "/studies/..." and a query if there is one, percent-encoded - as a DICOMweb server gives it to
  // that Accept header. kNotAcceptable where it does not have it so; kUnsupported of other archives, whose stored
  // objects Instance() and BulkData() give.
  virtual absl::StatusOr<std::unique_ptr<PassedAnswer>> PassOn(absl::string_view path, absl::string_view accept,
                                                               const Operation& operation);

  // The value behind a BulkDataURI of Metadata(), for archives whose root() is ""; `attribute` is what follows the
  // instance's "/bulkdata/".
  virtual absl::StatusOr<std::string> BulkData(const ResourcePath& path, absl::string_view attribute,
                                               const Operation& operation);

  // Whether the archive answers at all; for /readyz. Cheap.
  virtual absl::Status Check(const Operation& operation) = 0;
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_ARCHIVE_H_
