#include "service/json/proto_json.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "google/protobuf/util/json_util.h"

namespace vitrine::service {
namespace {

using google::protobuf::util::JsonPrintOptions;
using google::protobuf::util::Status;

// The first line of the library's sentence; what follows quotes the text.
std::string Reason(const Status& status) {
  const auto message = status.message();
  const absl::string_view text(message.data(), message.size());
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

absl::Status ParseProtoJson(absl::string_view json, google::protobuf::Message& message) {
  const Status status = google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &message);
  if (status.ok()) return absl::OkStatus();
  return MakeError(
      ErrorCategory::kInvalidRequest,
      absl::StrCat("not the JSON of a ", std::string(message.GetDescriptor()->name()), ": ", Reason(status)));
}

absl::StatusOr<std::string> ToProtoJson(const google::protobuf::Message& message) {
  JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  const Status status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return MakeError(ErrorCategory::kInternal, "the answer has no JSON form", Reason(status));
  return json;
}

}  // namespace vitrine::service
