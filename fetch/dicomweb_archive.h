#ifndef VITRINE_FETCH_DICOMWEB_ARCHIVE_H_
#define VITRINE_FETCH_DICOMWEB_ARCHIVE_H_

// A DICOMweb server as an archive (PS3.18 10.4, 10.6).

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fetch/archive.h"
#include "fetch/http_client.h"

namespace vitrine::fetch {

struct DicomwebArchiveOptions {
  HttpClientOptions http;
  uint64_t max_instance_bytes = 2ull << 30;  // Of one instance.
  uint64_t max_json_bytes = 256ull << 20;    // Of one answer to a query or metadata request.
};

class DicomwebArchive : public Archive {
 public:
  // `root`: the service root, such as https://pacs/dicom-web. A user and password in it (http://user:pw@host/) are sent
  // as Basic authentication. kInvalidRequest for another kind of URL; no message repeats it.
  static absl::StatusOr<std::unique_ptr<DicomwebArchive>> Open(absl::string_view root, DicomwebArchiveOptions options);

  absl::StatusOr<QueryResult> Query(QueryLevel level, const ResourcePath& parent, absl::string_view query,
                                    const Operation& operation) override;
  absl::StatusOr<std::string> Metadata(const ResourcePath& path, const Operation& operation) override;
  // What is not a PS3.10 file is kArchiveProtocol; whether it is the instance that was asked for, the caller sees.
  absl::StatusOr<Bytes> Instance(const ResourcePath& path, const Operation& operation) override;
  absl::StatusOr<std::unique_ptr<InstanceStream>> Instances(const ResourcePath& path,
                                                            const Operation& operation) override;
  absl::string_view root() const override { return root_.url; }
  absl::StatusOr<std::unique_ptr<PassedAnswer>> PassOn(absl::string_view path, absl::string_view accept,
                                                       const Operation& operation) override;
  absl::Status Check(const Operation& operation) override;

 private:
  DicomwebArchive(HttpRequest root, DicomwebArchiveOptions options, std::unique_ptr<HttpClient> client,
                  std::unique_ptr<HttpClient> passing_client)
      : root_(std::move(root)),
        options_(std::move(options)),
        client_(std::move(client)),
        passing_client_(std::move(passing_client)) {}

  absl::StatusOr<HttpResponse> Get(absl::string_view path, absl::string_view accept, uint64_t max_bytes,
                                   const Operation& operation);

  // A stored resource in the first of these forms that the server does not refuse; else the last refusal, 400 or 406.
  absl::StatusOr<std::unique_ptr<HttpStream>> OpenStored(HttpClient& client, absl::string_view path,
                                                         absl::Span<const std::string> accepts,
                                                         const Operation& operation);

  const HttpRequest root_;  // The service root without a final slash, and the credentials.
  const DicomwebArchiveOptions options_;
  const std::unique_ptr<HttpClient> client_;
  const std::unique_ptr<HttpClient> passing_client_;  // Slow clients occupy its connections, and no others.
  std::atomic<size_t> accept_form_ = 0;               // The Accept header with which an instance last came.
  std::atomic<uint64_t> instance_requests_ = 0;
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_DICOMWEB_ARCHIVE_H_
