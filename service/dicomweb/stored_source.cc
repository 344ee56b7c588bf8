#include "service/dicomweb/stored_source.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/random_id.h"
#include "base/status_macros.h"
#include "fetch/media_type.h"
#include "fetch/multipart.h"

namespace vitrine::service {
namespace {

class MultipartSource : public http::BodySource {
 public:
  MultipartSource(std::string boundary, size_t count, PartMaker make, StoredPart first)
      : boundary_(std::move(boundary)), count_(count), make_(std::move(make)), first_(std::move(first)) {}

  absl::StatusOr<std::string> Next(const Operation& operation) override {
    if (next_ > count_) return std::string();
    if (next_ == count_) {
      ++next_;
      return absl::StrCat("--", boundary_, "--\r\n");
    }
    StoredPart part = std::exchange(first_, {});
    if (part.bytes == nullptr) {
      VITRINE_ASSIGN_OR_RETURN(part, make_(next_, operation));
    }
    ++next_;
    std::string text = absl::StrCat("--", boundary_, "\r\nContent-Type: ", part.content_type,
                                    "\r\nContent-Length: ", part.bytes->size(), "\r\n");
    if (!part.content_location.empty()) {
      absl::StrAppend(&text, "Content-Location: ", part.content_location, "\r\n");
    }
    absl::StrAppend(&text, "\r\n", *part.bytes, "\r\n");
    return text;
  }

 private:
  const std::string boundary_;
  const size_t count_;
  const PartMaker make_;
  StoredPart first_;
  size_t next_ = 0;
};

class PassedSource : public http::BodySource {
 public:
  PassedSource(std::unique_ptr<fetch::PassedAnswer> answer, ArchiveGate& gate)
      : answer_(std::move(answer)), gate_(gate) {}

  absl::StatusOr<std::string> Next(const Operation& operation) override {
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, gate_.Enter());
    return answer_->Next(operation);
  }

 private:
  const std::unique_ptr<fetch::PassedAnswer> answer_;
  ArchiveGate& gate_;
};

absl::StatusOr<std::string> ReadAll(fetch::PassedAnswer& answer, uint64_t max_bytes, const Operation& operation) {
  std::string body;
  while (true) {
    VITRINE_ASSIGN_OR_RETURN(const std::string piece, answer.Next(operation));
    if (piece.empty()) return body;
    if (piece.size() > max_bytes - body.size()) {
      return MakeError(ErrorCategory::kTooLarge, "the object is larger than this server hands out in one part");
    }
    body += piece;
  }
}

}  // namespace

absl::StatusOr<http::Response> StoredMultipart(absl::string_view type, size_t count, PartMaker make,
                                               const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(StoredPart first, make(0, operation));
  const std::string boundary = RandomId();
  http::Response response;
  response.Set("Content-Type", absl::StrCat("multipart/related; type=\"", type, "\"; boundary=", boundary));
  response.source = std::make_shared<MultipartSource>(boundary, count, std::move(make), std::move(first));
  return response;
}

http::Response PassedResponse(std::unique_ptr<fetch::PassedAnswer> answer, ArchiveGate& gate) {
  http::Response response;
  response.Set("Content-Type", answer->content_type());
  response.source_length = answer->length();
  response.source = std::make_shared<PassedSource>(std::move(answer), gate);
  return response;
}

absl::StatusOr<StoredPart> ReadPassed(fetch::PassedAnswer& answer, uint64_t max_bytes, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(std::string body, ReadAll(answer, max_bytes, operation));
  StoredPart part;
  part.content_type = std::string(answer.content_type());
  const fetch::MediaType type = fetch::ParseMediaType(answer.content_type());
  if (absl::StartsWith(type.type, "multipart/")) {
    VITRINE_ASSIGN_OR_RETURN(const std::vector<fetch::MultipartPart> parts, fetch::ParseMultipart(type, body));
    if (parts.empty()) return MakeError(ErrorCategory::kArchiveProtocol, "the archive's multipart answer has no part");
    part.content_type = std::string(parts.front().Header("content-type"));
    body = std::string(parts.front().body);
  }
  part.bytes = std::make_shared<const std::string>(std::move(body));
  return part;
}

http::Response StoredResponse(StoredPart part) {
  http::Response response;
  response.Set("Content-Type", part.content_type.empty() ? "application/octet-stream" : part.content_type);
  response.body = std::move(part.bytes);
  return response;
}

absl::StatusOr<http::Response> StoredResponse(absl::string_view type, StoredPart part, bool multipart,
                                              const Operation& operation) {
  if (!multipart) return StoredResponse(std::move(part));
  return StoredMultipart(
      type, 1, [part = std::move(part)](size_t, const Operation&) { return part; }, operation);
}

}  // namespace vitrine::service
