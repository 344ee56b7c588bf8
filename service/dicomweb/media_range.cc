#include "service/dicomweb/media_range.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace vitrine::service {
namespace {

// Splits at `separator` outside quoted strings.
std::vector<std::string> SplitUnquoted(absl::string_view text, char separator) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == separator && !quoted) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

std::string Unquoted(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return absl::AsciiStrToLower(text);
}

// Nothing where the member is malformed: PS3.18 8.7.5 ignores such members.
std::optional<MediaRange> ParseMediaRange(absl::string_view member) {
  const std::vector<std::string> parts = SplitUnquoted(member, ';');
  MediaRange range;
  range.type = absl::AsciiStrToLower(absl::StripAsciiWhitespace(parts[0]));
  if (!absl::StrContains(range.type, "/")) return std::nullopt;
  range.multipart = range.type == "multipart/related";
  if (range.multipart) range.type = "*/*";
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> parameter = absl::StrSplit(parts[i], absl::MaxSplits('=', 1));
    const std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(parameter.first));
    if (name == "q" && (!absl::SimpleAtod(parameter.second, &range.q) || !(range.q >= 0 && range.q <= 1))) {
      return std::nullopt;
    }
    if (name == "type" && range.multipart) range.type = Unquoted(parameter.second);
    if (name == "transfer-syntax") range.transfer_syntax = Unquoted(parameter.second);
  }
  return range;
}

}  // namespace

std::vector<MediaRange> ParseAccept(absl::string_view text) {
  std::vector<MediaRange> ranges;
  for (const std::string& member : SplitUnquoted(text, ',')) {
    if (auto range = ParseMediaRange(member)) ranges.push_back(*std::move(range));
  }
  return ranges;
}

std::vector<MediaRange> AcceptOf(const http::Request& request) {
  for (const auto& [name, value] : request.params) {
    if (name == "accept" && !value.empty()) return ParseAccept(value);
  }
  return ParseAccept(request.header("accept"));
}

}  // namespace vitrine::service
