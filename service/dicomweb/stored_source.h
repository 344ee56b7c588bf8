#ifndef VITRINE_SERVICE_DICOMWEB_STORED_SOURCE_H_
#define VITRINE_SERVICE_DICOMWEB_STORED_SOURCE_H_

// Bodies of stored objects, made while they are sent.

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "fetch/archive.h"
#include "service/handler/archive_set.h"
#include "service/http/message.h"

namespace vitrine::service {

// One part of a multipart answer.
struct StoredPart {
  std::string content_type;
  std::string content_location;  // "": none.
  fetch::Bytes bytes;
};

// Makes part 0, 1, ... A function of its arguments.
using PartMaker = std::function<absl::StatusOr<StoredPart>(size_t index, const Operation& operation)>;

// multipart/related; type="`type`" of `count` parts, at least one, of which one is in memory at a time. The first is
// made here, so that its error is the answer's.
absl::StatusOr<http::Response> StoredMultipart(absl::string_view type, size_t count, PartMaker make,
                                               const Operation& operation);

// The answer of an archive as it comes. A place at the gate, which must outlive the response, is taken while the
// archive is waited for and not while the client is.
http::Response PassedResponse(std::unique_ptr<fetch::PassedAnswer> answer, ArchiveGate& gate);

// The payload of such an answer - the first part where it is multipart - if it has no more than `max_bytes`.
absl::StatusOr<StoredPart> ReadPassed(fetch::PassedAnswer& answer, uint64_t max_bytes, const Operation& operation);

// A single part.
http::Response StoredResponse(StoredPart part);

// The same, or a multipart/related of one.
absl::StatusOr<http::Response> StoredResponse(absl::string_view type, StoredPart part, bool multipart,
                                              const Operation& operation);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_STORED_SOURCE_H_
