#include "service/http/message.h"

#include "absl/strings/str_cat.h"

namespace vitrine::http {

std::string Request::header(absl::string_view name) const {
  std::string joined;
  for (const auto& [key, value] : headers) {
    if (key == name) absl::StrAppend(&joined, joined.empty() ? "" : ", ", value);
  }
  return joined;
}

bool Request::has_header(absl::string_view name) const {
  for (const auto& field : headers) {
    if (field.first == name) return true;
  }
  return false;
}

Response& Response::Set(absl::string_view name, absl::string_view value) {
  headers.emplace_back(std::string(name), std::string(value));
  return *this;
}

Response MakeResponse(int status, absl::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.body = std::make_shared<const std::string>(std::move(body));
  response.Set("Content-Type", content_type);
  return response;
}

}  // namespace vitrine::http
