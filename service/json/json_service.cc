#include "service/json/json_service.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/status_macros.h"
#include "service/http/problem.h"
#include "service/json/proto_json.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kJson = "application/json";

struct Call {
  RenderHandler& handler;
  const auth::Principal& principal;
  absl::string_view body;
  const Operation& operation;
};

template <typename Request, auto Method>
absl::StatusOr<std::string> Run(const Call& call) {
  Request request;
  VITRINE_RETURN_IF_ERROR(ParseProtoJson(call.body, request));
  VITRINE_ASSIGN_OR_RETURN(const auto response, (call.handler.*Method)(call.principal, request, call.operation));
  return ToProtoJson(response);
}

struct Row {
  absl::string_view method;
  absl::string_view route;  // For metrics.
  absl::StatusOr<std::string> (*run)(const Call&);
};
constexpr Row kRows[] = {
    {"describeSeries", "json_describe_series", Run<v1::DescribeSeriesRequest, &RenderHandler::DescribeSeries>},
    {"measure", "json_measure", Run<v1::MeasureRequest, &RenderHandler::Measure>},
};

const Row* Find(absl::Span<const std::string> segments) {
  if (segments.size() != 2 || segments[0] != "v1") return nullptr;
  for (const Row& row : kRows) {
    if (segments[1] == row.method) return &row;
  }
  return nullptr;
}

bool IsJson(absl::string_view content_type) {
  const absl::string_view media_type = content_type.substr(0, content_type.find(';'));
  return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(media_type), kJson);
}

}  // namespace

bool JsonService::Serves(absl::Span<const std::string> segments) { return Find(segments) != nullptr; }

std::vector<absl::string_view> JsonService::Methods() {
  std::vector<absl::string_view> methods;
  for (const Row& row : kRows) methods.push_back(row.method);
  return methods;
}

absl::StatusOr<http::Response> JsonService::Handle(const http::Request& request, const Operation& operation,
                                                   absl::string_view& route_name) {
  const Row& row = *Find(request.segments);
  route_name = row.route;
  if (request.method != "POST") {
    http::Response response = http::ProblemResponse(405, "only POST is served", operation.request_id);
    return response.Set("Allow", "POST");
  }
  VITRINE_ASSIGN_OR_RETURN(const auth::Principal principal, access_.Authenticate({request.header("authorization")}));
  if (!IsJson(request.header("content-type"))) {
    http::Response response = http::ProblemResponse(
        415, "the body must be application/json, and Content-Type must say so", operation.request_id);
    return response.Set("Accept-Post", kJson);
  }
  VITRINE_ASSIGN_OR_RETURN(std::string json, row.run({handler_, principal, request.body, operation}));
  http::Response response = http::MakeResponse(200, kJson, std::move(json));
  return response.Set("Cache-Control", "no-store");
}

}  // namespace vitrine::service
