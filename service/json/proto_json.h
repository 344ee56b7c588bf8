#ifndef VITRINE_SERVICE_JSON_PROTO_JSON_H_
#define VITRINE_SERVICE_JSON_PROTO_JSON_H_

// Messages as proto3 JSON.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace vitrine::service {

// Reads one JSON object into `message`, which is empty before. kInvalidRequest says where the text is no JSON, holds a
// field that the message does not have, or a value of another type; names are in the message's path, such as
// "(view.slice) thicknes".
absl::Status ParseProtoJson(absl::string_view json, google::protobuf::Message& message);

// Names in lowerCamelCase. Fields that always have a value are there even where it is 0, "" or empty; `optional`
// fields, messages and members of a oneof are there where they are set.
absl::StatusOr<std::string> ToProtoJson(const google::protobuf::Message& message);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_JSON_PROTO_JSON_H_
