#ifndef VITRINE_FETCH_DICOMWEB_ANSWER_H_
#define VITRINE_FETCH_DICOMWEB_ANSWER_H_

// What a DICOMweb server's answers mean, which may be anything. Errors as Archive.

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fetch/archive.h"
#include "fetch/http_client.h"

namespace vitrine::fetch {

bool IsSuccess(int status);
// What an answer other than 2xx means.
absl::Status StatusError(const HttpResponse& response);
// kArchiveProtocol; the detail has status, media type and size.
absl::Status ProtocolError(absl::string_view what, const HttpResponse& response);

// kArchiveProtocol for a content coding that nobody asked for.
absl::Status CheckCoding(const HttpResponse& response);
bool LooksLikeHtml(const HttpResponse& response);

// The body of an answer that has to be a JSON array.
absl::StatusOr<std::string> TakeArray(HttpResponse response);
// The PS3.10 file in an answer. It stays where it is in memory.
absl::StatusOr<std::string> TakeInstance(HttpResponse response);

// A stored resource as it arrives.
std::unique_ptr<PassedAnswer> PassedAnswerOf(std::unique_ptr<HttpStream> stream);
// The PS3.10 files of a multipart answer as they arrive. kArchiveProtocol where it is none.
absl::StatusOr<std::unique_ptr<InstanceStream>> InstancesOf(std::unique_ptr<HttpStream> stream,
                                                            uint64_t max_instance_bytes);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_DICOMWEB_ANSWER_H_
