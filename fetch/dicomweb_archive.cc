#include "fetch/dicomweb_archive.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "fetch/curl_handles.h"
#include "fetch/dicomweb_answer.h"

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

// Whether another Accept header may help.
bool IsRefusal(const HttpResponse& response) { return response.status == 400 || response.status == 406; }

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
    if (!IsRefusal(response)) break;
  }
  if (response.status == 204) return StatusError({404, {}, {}});
  if (!IsSuccess(response.status)) return StatusError(response);
  VITRINE_ASSIGN_OR_RETURN(std::string file, TakeInstance(std::move(response)));
  accept_form_.store(form, std::memory_order_relaxed);
  return std::make_shared<const std::string>(std::move(file));
}

absl::StatusOr<std::unique_ptr<HttpStream>> DicomwebArchive::OpenStored(HttpClient& client, absl::string_view path,
                                                                        absl::Span<const std::string> accepts,
                                                                        const Operation& operation) {
  HttpRequest request = root_;
  absl::StrAppend(&request.url, path);
  request.max_response_bytes = std::numeric_limits<uint64_t>::max();
  std::unique_ptr<HttpStream> stream;
  for (const std::string& accept : accepts) {
    request.accept = accept;
    VITRINE_ASSIGN_OR_RETURN(stream, client.Open(request, operation));
    if (!IsRefusal(stream->response())) break;
  }
  const HttpResponse& response = stream->response();
  if (IsRefusal(response)) return stream;
  if (response.status == 204) return StatusError({404, {}, {}});
  if (!IsSuccess(response.status)) return StatusError(response);
  VITRINE_RETURN_IF_ERROR(CheckCoding(response));
  return stream;
}

absl::StatusOr<std::unique_ptr<InstanceStream>> DicomwebArchive::Instances(const ResourcePath& path,
                                                                           const Operation& operation) {
  const std::vector<std::string> accepts = {std::string(kInstanceAccepts[0]), std::string(kInstanceAccepts[1])};
  VITRINE_ASSIGN_OR_RETURN(std::unique_ptr<HttpStream> stream,
                           OpenStored(*client_, PathText(path), accepts, operation));
  if (IsRefusal(stream->response())) {
    return MakeError(ErrorCategory::kNotAcceptable, "the archive does not send a series as it is stored");
  }
  return InstancesOf(std::move(stream), options_.max_instance_bytes);
}

absl::StatusOr<std::unique_ptr<PassedAnswer>> DicomwebArchive::PassOn(absl::string_view path, absl::string_view accept,
                                                                      const Operation& operation) {
  if (!IsQueryText(path)) {
    return MakeError(ErrorCategory::kInvalidRequest, "the path is not percent-encoded properly");
  }
  // Servers differ in which quoting they understand (PS3.18 8.7.1).
  const std::vector<std::string> accepts = {std::string(accept), absl::StrReplaceAll(accept, {{"\"", ""}})};
  VITRINE_ASSIGN_OR_RETURN(std::unique_ptr<HttpStream> stream, OpenStored(*passing_client_, path, accepts, operation));
  const HttpResponse& response = stream->response();
  if (response.status == 400) return MakeError(ErrorCategory::kInvalidRequest, "the archive refused the request");
  if (response.status == 406) {
    return MakeError(ErrorCategory::kNotAcceptable, "the archive does not have this in the media types asked for");
  }
  if (LooksLikeHtml(response)) {
    return ProtocolError("the archive answered with a web page, not a stored object", response);
  }
  return PassedAnswerOf(std::move(stream));
}

absl::Status DicomwebArchive::Check(const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const HttpResponse response,
                           Get("/studies?limit=1", kJsonAccept, options_.max_json_bytes, operation));
  return IsSuccess(response.status) ? absl::OkStatus() : StatusError(response);
}

}  // namespace vitrine::fetch
