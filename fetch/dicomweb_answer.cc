#include "fetch/dicomweb_answer.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/operation.h"
#include "base/status_macros.h"
#include "fetch/media_type.h"
#include "fetch/multipart.h"
#include "fetch/multipart_reader.h"

namespace vitrine::fetch {
namespace {

// Whether the text begins and ends like an array of objects. Whoever needs more of it has to parse it.
bool LooksLikeArray(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "[") || !absl::ConsumeSuffix(&text, "]")) return false;
  text = absl::StripAsciiWhitespace(text);
  return text.empty() || (text.front() == '{' && text.back() == '}');
}

bool IsPart10(absl::string_view bytes) { return bytes.size() > 132 && bytes.substr(128, 4) == "DICM"; }

class StreamedAnswer : public PassedAnswer {
 public:
  explicit StreamedAnswer(std::unique_ptr<HttpStream> stream) : stream_(std::move(stream)) {}

  absl::string_view content_type() const override { return stream_->response().Header("content-type"); }
  std::optional<uint64_t> length() const override {
    uint64_t length = 0;
    if (!absl::SimpleAtoi(stream_->response().Header("content-length"), &length)) return std::nullopt;
    return length;
  }
  absl::StatusOr<std::string> Next(const Operation& operation) override {
    std::string piece;
    VITRINE_RETURN_IF_ERROR(stream_->Next(operation, piece));
    return piece;
  }

 private:
  const std::unique_ptr<HttpStream> stream_;
};

class StreamedInstances : public InstanceStream {
 public:
  StreamedInstances(std::unique_ptr<HttpStream> stream, absl::string_view boundary, uint64_t max_instance_bytes)
      : stream_(std::move(stream)), reader_(boundary, max_instance_bytes) {}

  absl::StatusOr<Bytes> Next(const Operation& operation) override {
    while (true) {
      VITRINE_ASSIGN_OR_RETURN(std::optional<std::string> file, reader_.Next());
      if (file && IsPart10(*file)) return std::make_shared<const std::string>(*std::move(file));
      if (file) return MakeError(ErrorCategory::kArchiveProtocol, "the archive's answer is not a DICOM file");
      if (reader_.ended()) return Bytes();
      VITRINE_RETURN_IF_ERROR(stream_->Next(operation, piece_));
      if (piece_.empty()) return MakeError(ErrorCategory::kArchiveProtocol, "the archive's answer breaks off");
      reader_.Append(piece_);
    }
  }

 private:
  const std::unique_ptr<HttpStream> stream_;
  MultipartReader reader_;
  std::string piece_;
};

}  // namespace

absl::Status ProtocolError(absl::string_view what, const HttpResponse& response) {
  return MakeError(ErrorCategory::kArchiveProtocol, what,
                   absl::StrCat("HTTP ", response.status, ", content-type ", response.Header("content-type"), ", ",
                                response.body.size(), " bytes"));
}

absl::Status StatusError(const HttpResponse& response) {
  switch (response.status) {
    case 404:
    case 410: return MakeError(ErrorCategory::kNotFound, "the archive does not hold this object");
    case 401:
    case 403: return ProtocolError("the archive refused our credentials", response);
    case 413: return MakeError(ErrorCategory::kTooLarge, "the archive finds the answer too large");
    case 408:
    case 504:
      return MakeError(ErrorCategory::kArchiveTimeout, "the archive did not answer in time",
                       absl::StrCat("HTTP ", response.status));
    case 429:
    case 502:
    case 503:
      return MakeError(ErrorCategory::kArchiveUnreachable, "the archive is not available at the moment",
                       absl::StrCat("HTTP ", response.status));
    default: return ProtocolError(absl::StrCat("the archive answered with HTTP status ", response.status), response);
  }
}

bool IsSuccess(int status) { return status >= 200 && status <= 299; }

bool LooksLikeHtml(const HttpResponse& response) {
  const absl::string_view start = absl::StripLeadingAsciiWhitespace(absl::string_view(response.body).substr(0, 512));
  return ParseMediaType(response.Header("content-type")).type == "text/html" ||
         absl::StartsWithIgnoreCase(start, "<!doctype") || absl::StartsWithIgnoreCase(start, "<html");
}

absl::Status CheckCoding(const HttpResponse& response) {
  const absl::string_view coding = response.Header("content-encoding");
  if (coding.empty() || absl::EqualsIgnoreCase(coding, "identity")) return absl::OkStatus();
  return ProtocolError("the archive sent a content coding that nobody asked for", response);
}

absl::StatusOr<std::string> TakeArray(HttpResponse response) {
  VITRINE_RETURN_IF_ERROR(CheckCoding(response));
  if (LooksLikeHtml(response)) return ProtocolError("the archive answered with a web page, not DICOM JSON", response);
  absl::string_view text = response.body;
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return std::string("[]");
  if (!LooksLikeArray(text)) {
    return ProtocolError("the archive's answer is not a DICOM JSON array", response);
  }
  return text.size() == response.body.size() ? std::move(response.body) : std::string(text);
}

absl::StatusOr<std::string> TakeInstance(HttpResponse response) {
  VITRINE_RETURN_IF_ERROR(CheckCoding(response));
  absl::string_view file = response.body;
  if (const MediaType type = ParseMediaType(response.Header("content-type"));
      absl::StartsWith(type.type, "multipart/")) {
    VITRINE_ASSIGN_OR_RETURN(const std::vector<MultipartPart> parts, ParseMultipart(type, response.body));
    if (parts.empty()) return ProtocolError("the archive's multipart answer has no part", response);
    file = parts.front().body;
  }
  if (!IsPart10(file)) {
    if (LooksLikeHtml(response))
      return ProtocolError("the archive answered with a web page, not an instance", response);
    return ProtocolError("the archive's answer is not a DICOM file", response);
  }
  const size_t offset = static_cast<size_t>(file.data() - response.body.data());
  response.body.resize(offset + file.size());
  response.body.erase(0, offset);
  return std::move(response.body);
}

std::unique_ptr<PassedAnswer> PassedAnswerOf(std::unique_ptr<HttpStream> stream) {
  return std::make_unique<StreamedAnswer>(std::move(stream));
}

absl::StatusOr<std::unique_ptr<InstanceStream>> InstancesOf(std::unique_ptr<HttpStream> stream,
                                                            uint64_t max_instance_bytes) {
  const std::string boundary(ParseMediaType(stream->response().Header("content-type")).Parameter("boundary"));
  if (boundary.empty()) return ProtocolError("the archive's answer is no multipart message", stream->response());
  return std::make_unique<StreamedInstances>(std::move(stream), boundary, max_instance_bytes);
}

}  // namespace vitrine::fetch
