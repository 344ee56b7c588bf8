#include "fetch/dicomweb_archive.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "fetch/curl_handles.h"
#include "fetch/media_type.h"
#include "fetch/multipart.h"
#include "fetch/multipart_reader.h"

namespace vitrine::fetch {
namespace {

constexpr absl::string_view kJsonAccept = "application/dicom+json";
constexpr uint64_t kMultipartOverhead = 64 << 10;

// How to ask for an instance as it is stored, the best first: the last lets the archive convert it. Servers differ in
// which of these they understand (PS3.18 8.7.1 advises to try the other quoting).
constexpr std::array<absl::string_view, 4> kInstanceAccepts = {
    R"(multipart/related; type="application/dicom"; transfer-syntax=*)",
    "multipart/related; type=application/dicom; transfer-syntax=*",
    "application/dicom; transfer-syntax=*",
    R"(multipart/related; type="application/dicom")",
};

// The same for a whole series.
constexpr std::array<absl::string_view, 2> kSeriesAccepts = {kInstanceAccepts[0], kInstanceAccepts[1]};

// So many instances are asked for with what worked before; then the best form has its chance again, lest one odd
// refusal settle the matter for good.
constexpr uint64_t kInstancesPerForm = 64;

// Indices into kInstanceAccepts: `preferred`, then the others.
std::array<size_t, kInstanceAccepts.size()> FormsToTry(size_t preferred) {
  std::array<size_t, kInstanceAccepts.size()> forms;
  std::iota(forms.begin(), forms.end(), 0);
  std::rotate(forms.begin(), forms.begin() + preferred, forms.begin() + preferred + 1);
  return forms;
}

absl::Status ProtocolError(absl::string_view what, const HttpResponse& response) {
  return MakeError(ErrorCategory::kArchiveProtocol, what,
                   absl::StrCat("HTTP ", response.status, ", content-type ", response.Header("content-type"), ", ",
                                response.body.size(), " bytes"));
}

// What an answer other than 2xx means.
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

// Whether the text begins and ends like an array of objects. Whoever needs more of it has to parse it.
bool LooksLikeArray(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "[") || !absl::ConsumeSuffix(&text, "]")) return false;
  text = absl::StripAsciiWhitespace(text);
  return text.empty() || (text.front() == '{' && text.back() == '}');
}

// The body of an answer that has to be a JSON array.
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

bool IsPart10(absl::string_view bytes) { return bytes.size() > 132 && bytes.substr(128, 4) == "DICM"; }

// The PS3.10 file in an answer. It stays where it is in memory.
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

class StreamedAnswer : public PassedAnswer {
 public:
  explicit StreamedAnswer(std::unique_ptr<HttpStream> stream) : stream_(std::move(stream)) {}

  absl::string_view content_type() const override { return stream_->response().Header("content-type"); }
  std::optional<uint64_t> length() const override {
    uint64_t length = 0;
    if (!absl::SimpleAtoi(stream_->response().Header("content-length"), &length)) return std::nullopt;
    return length;
  }
  absl::StatusOr<std::string> Next(const Operation& operation) override { return stream_->Next(operation); }

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
      VITRINE_ASSIGN_OR_RETURN(const std::string piece, stream_->Next(operation));
      if (piece.empty()) return MakeError(ErrorCategory::kArchiveProtocol, "the archive's answer breaks off");
      reader_.Append(piece);
    }
  }

 private:
  const std::unique_ptr<HttpStream> stream_;
  MultipartReader reader_;
};

// What may stand in a request's query; anything else the client has to percent-encode.
bool IsQueryText(absl::string_view query) {
  return std::all_of(query.begin(), query.end(), [](char c) { return absl::ascii_isgraph(c) && c != '#'; });
}

absl::string_view LevelName(QueryLevel level) {
  switch (level) {
    case QueryLevel::kStudies: return "/studies";
    case QueryLevel::kSeries: return "/series";
    case QueryLevel::kInstances: break;
  }
  return "/instances";
}

}  // namespace

absl::StatusOr<std::unique_ptr<DicomwebArchive>> DicomwebArchive::Open(absl::string_view root,
                                                                       DicomwebArchiveOptions options) {
  VITRINE_ASSIGN_OR_RETURN(HttpUrl url, ParseHttpUrl(root));
  if (absl::StrContains(url.url, '?')) {
    return MakeError(ErrorCategory::kInvalidRequest, "a DICOMweb root has no query");
  }
  while (absl::EndsWith(url.url, "/")) url.url.pop_back();
  HttpRequest request;
  request.url = std::move(url.url);
  request.user = std::move(url.user);
  request.password = std::move(url.password);
  VITRINE_ASSIGN_OR_RETURN(std::unique_ptr<HttpClient> client, HttpClient::Create(options.http));
  VITRINE_ASSIGN_OR_RETURN(std::unique_ptr<HttpClient> passing_client, HttpClient::Create(options.http));
  return std::unique_ptr<DicomwebArchive>(
      new DicomwebArchive(std::move(request), std::move(options), std::move(client), std::move(passing_client)));
}

absl::StatusOr<HttpResponse> DicomwebArchive::Get(absl::string_view path, absl::string_view accept, uint64_t max_bytes,
                                                  const Operation& operation) {
  HttpRequest request = root_;
  absl::StrAppend(&request.url, path);
  request.accept = std::string(accept);
  request.max_response_bytes = max_bytes;
  return client_->Get(request, operation);
}

absl::StatusOr<QueryResult> DicomwebArchive::Query(QueryLevel level, const ResourcePath& parent,
                                                   absl::string_view query, const Operation& operation) {
  if (!IsQueryText(query)) {
    return MakeError(ErrorCategory::kInvalidRequest, "the query is not percent-encoded properly");
  }
  const std::string path = absl::StrCat(PathText(parent), LevelName(level), query.empty() ? "" : "?", query);
  VITRINE_ASSIGN_OR_RETURN(HttpResponse response, Get(path, kJsonAccept, options_.max_json_bytes, operation));
  QueryResult result;
  result.warning = std::string(response.Header("warning"));
  if (response.status == 400) {
    return MakeError(ErrorCategory::kInvalidRequest, "the archive refused the query's parameters");
  }
  if (!IsSuccess(response.status)) return StatusError(response);
  VITRINE_ASSIGN_OR_RETURN(result.json, TakeArray(std::move(response)));
  return result;
}

absl::StatusOr<std::string> DicomwebArchive::Metadata(const ResourcePath& path, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(HttpResponse response, Get(absl::StrCat(PathText(path), "/metadata"), kJsonAccept,
                                                      options_.max_json_bytes, operation));
  if (!IsSuccess(response.status)) return StatusError(response);
  VITRINE_ASSIGN_OR_RETURN(std::string json, TakeArray(std::move(response)));
  if (json == "[]") return MakeError(ErrorCategory::kNotFound, "the archive does not hold this object");
  return json;
}

absl::StatusOr<Bytes> DicomwebArchive::Instance(const ResourcePath& path, const Operation& operation) {
  const std::string text = PathText(path);
  const bool anew = instance_requests_.fetch_add(1, std::memory_order_relaxed) % kInstancesPerForm == 0;
  size_t form = 0;
  HttpResponse response;
  for (const size_t candidate : FormsToTry(anew ? 0 : accept_form_.load(std::memory_order_relaxed))) {
    form = candidate;
    VITRINE_ASSIGN_OR_RETURN(
        response, Get(text, kInstanceAccepts[form], options_.max_instance_bytes + kMultipartOverhead, operation));
    if (response.status != 400 && response.status != 406) break;
  }
  if (response.status == 204) return StatusError({404, {}, {}});
  if (!IsSuccess(response.status)) return StatusError(response);
  VITRINE_ASSIGN_OR_RETURN(std::string file, TakeInstance(std::move(response)));
  accept_form_.store(form, std::memory_order_relaxed);
  return std::make_shared<const std::string>(std::move(file));
}

absl::StatusOr<std::unique_ptr<InstanceStream>> DicomwebArchive::Instances(const ResourcePath& path,
                                                                           const Operation& operation) {
  HttpRequest request = root_;
  absl::StrAppend(&request.url, PathText(path));
  request.max_response_bytes = std::numeric_limits<uint64_t>::max();  // Each instance has its own limit.
  for (const absl::string_view accept : kSeriesAccepts) {
    request.accept = std::string(accept);
    VITRINE_ASSIGN_OR_RETURN(std::unique_ptr<HttpStream> stream, client_->Open(request, operation));
    const HttpResponse& response = stream->response();
    if (response.status == 400 || response.status == 406) continue;
    if (response.status == 204) return StatusError({404, {}, {}});
    if (!IsSuccess(response.status)) return StatusError(response);
    VITRINE_RETURN_IF_ERROR(CheckCoding(response));
    const std::string boundary(ParseMediaType(response.Header("content-type")).Parameter("boundary"));
    if (boundary.empty()) return ProtocolError("the archive's answer is no multipart message", response);
    return std::make_unique<StreamedInstances>(std::move(stream), boundary, options_.max_instance_bytes);
  }
  return MakeError(ErrorCategory::kNotAcceptable, "the archive does not send a series as it is stored");
}

absl::StatusOr<std::unique_ptr<PassedAnswer>> DicomwebArchive::PassOn(absl::string_view path, absl::string_view accept,
                                                                      const Operation& operation) {
  if (!IsQueryText(path)) {
    return MakeError(ErrorCategory::kInvalidRequest, "the path is not percent-encoded properly");
  }
  HttpRequest request = root_;
  absl::StrAppend(&request.url, path);
  request.max_response_bytes = std::numeric_limits<uint64_t>::max();
  // Servers differ in which quoting they understand (PS3.18 8.7.1).
  absl::Status refusal;
  for (const std::string& form : {std::string(accept), absl::StrReplaceAll(accept, {{"\"", ""}})}) {
    request.accept = form;
    VITRINE_ASSIGN_OR_RETURN(std::unique_ptr<HttpStream> stream, passing_client_->Open(request, operation));
    const HttpResponse& response = stream->response();
    if (response.status == 400) {
      refusal = MakeError(ErrorCategory::kInvalidRequest, "the archive refused the request");
      continue;
    }
    if (response.status == 406) {
      refusal = MakeError(ErrorCategory::kNotAcceptable, "the archive does not have this in the media types asked for");
      continue;
    }
    if (response.status == 204) return StatusError({404, {}, {}});
    if (!IsSuccess(response.status)) return StatusError(response);
    VITRINE_RETURN_IF_ERROR(CheckCoding(response));
    if (LooksLikeHtml(response)) {
      return ProtocolError("the archive answered with a web page, not a stored object", response);
    }
    return std::make_unique<StreamedAnswer>(std::move(stream));
  }
  return refusal;
}

absl::Status DicomwebArchive::Check(const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const HttpResponse response,
                           Get("/studies?limit=1", kJsonAccept, options_.max_json_bytes, operation));
  return IsSuccess(response.status) ? absl::OkStatus() : StatusError(response);
}

}  // namespace vitrine::fetch
