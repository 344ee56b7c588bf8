#include "fetch/media_type.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace vitrine::fetch {
namespace {

// Takes a quoted string off the front of `rest`, which begins with '"', and undoes its escapes. A missing closing quote
// ends with the header.
std::string TakeQuoted(absl::string_view& rest) {
  std::string value;
  size_t at = 1;
  for (; at < rest.size() && rest[at] != '"'; ++at) {
    if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
    value.push_back(rest[at]);
  }
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return value;
}

}  // namespace

absl::string_view MediaType::Parameter(absl::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return "";
}

MediaType ParseMediaType(absl::string_view value) {
  MediaType result;
  size_t end = std::min(value.find(';'), value.size());
  result.type = absl::AsciiStrToLower(absl::StripAsciiWhitespace(value.substr(0, end)));
  absl::string_view rest = value.substr(end);
  while (!rest.empty()) {
    rest.remove_prefix(1);  // The ';', or what stands between a closing quote and it.
    const size_t equals = rest.find('=');
    const size_t semicolon = std::min(rest.find(';'), rest.size());
    if (equals == absl::string_view::npos || equals > semicolon) {
      rest.remove_prefix(semicolon);
      continue;
    }
    std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(rest.substr(0, equals)));
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(equals + 1));
    if (!rest.empty() && rest.front() == '"') {
      result.parameters.emplace_back(std::move(name), TakeQuoted(rest));
      rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    } else {
      end = std::min(rest.find(';'), rest.size());
      result.parameters.emplace_back(std::move(name), std::string(absl::StripAsciiWhitespace(rest.substr(0, end))));
      rest.remove_prefix(end);
    }
  }
  return result;
}

}  // namespace vitrine::fetch
