#include "fetch/multipart.h"

#include <string.h>

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::fetch {
namespace {

constexpr size_t kMaxBoundary = 70;  // RFC 2046 5.1.1.
constexpr size_t kMaxPartHeader = 16 << 10;
constexpr size_t kMaxParts = 100'000;

absl::Status Malformed(absl::string_view what) {
  return MakeError(ErrorCategory::kArchiveProtocol,
                   absl::StrCat("the archive's multipart answer is malformed: ", what));
}

// A delimiter line and the line break before it.
struct Delimiter {
  size_t begin;  // Where the payload before it ends.
  size_t end;    // Where what follows it begins.
  bool last = false;
};

class Reader {
 public:
  Reader(absl::string_view body, absl::string_view boundary) : body_(body), dashed_(absl::StrCat("--", boundary)) {}

  // The delimiter whose "--" stands at `at`, if there is one.
  std::optional<Delimiter> DelimiterAt(size_t at) const {
    if (body_.substr(at, dashed_.size()) != dashed_) return std::nullopt;
    size_t begin = at;
    if (begin > 0) {
      if (body_[begin - 1] != '\n') return std::nullopt;
      --begin;
      if (begin > 0 && body_[begin - 1] == '\r') --begin;
    }
    size_t end = at + dashed_.size();
    if (body_.substr(end, 2) == "--") return Delimiter{begin, end + 2, true};
    while (end < body_.size() && (body_[end] == ' ' || body_[end] == '\t')) ++end;
    if (end == body_.size()) return Delimiter{begin, end, true};
    if (body_[end] == '\r') ++end;
    if (body_.substr(end, 1) != "\n") return std::nullopt;
    return Delimiter{begin, end + 1, false};
  }

  // The first delimiter whose line break stands at `from` or later; for 0 also one at the very start.
  std::optional<Delimiter> Find(size_t from) const {
    if (from == 0) {
      if (const std::optional<Delimiter> first = DelimiterAt(0)) return first;
    }
    const std::string pattern = absl::StrCat("\n", dashed_);
    while (from < body_.size()) {
      const void* hit = memmem(body_.data() + from, body_.size() - from, pattern.data(), pattern.size());
      if (hit == nullptr) return std::nullopt;
      const size_t at = static_cast<size_t>(static_cast<const char*>(hit) - body_.data());
      if (const std::optional<Delimiter> delimiter = DelimiterAt(at + 1)) return delimiter;
      from = at + 1;
    }
    return std::nullopt;
  }

  // The delimiter that a part's Content-Length leads to, if it leads to one.
  std::optional<Delimiter> AtLength(size_t payload, absl::string_view content_length) const {
    uint64_t length = 0;
    if (!absl::SimpleAtoi(content_length, &length) || length > body_.size() - payload) return std::nullopt;
    size_t at = payload + length;
    if (body_.substr(at, 1) == "\r") ++at;
    if (body_.substr(at, 1) != "\n") return std::nullopt;
    std::optional<Delimiter> delimiter = DelimiterAt(at + 1);
    if (delimiter.has_value()) delimiter->begin = payload + length;
    return delimiter;
  }

 private:
  const absl::string_view body_;
  const std::string dashed_;
};

// Reads header lines from `at` to behind the empty line; false where there is none within the limit.
bool ReadHeaders(absl::string_view body, size_t& at, MultipartPart& part) {
  const size_t limit = std::min(body.size(), at + kMaxPartHeader);
  while (at < limit) {
    const size_t newline = body.substr(0, limit).find('\n', at);
    if (newline == absl::string_view::npos) return false;
    const absl::string_view line = absl::StripSuffix(body.substr(at, newline - at), "\r");
    at = newline + 1;
    if (line.empty()) return true;
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos || absl::ascii_isspace(line.front())) continue;  // Such as a folded line.
    part.headers.emplace_back(absl::StripAsciiWhitespace(line.substr(0, colon)),
                              absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return false;
}

// Where the payload of a part ends that no delimiter follows: at the body's end, less a line break that the part's
// Content-Length does not count.
size_t EndWithoutDelimiter(absl::string_view body, size_t payload, const MultipartPart& part) {
  uint64_t length = 0;
  if (!absl::SimpleAtoi(part.Header("content-length"), &length) || length > body.size() - payload) return body.size();
  const absl::string_view rest = body.substr(payload + length);
  return rest == "\r\n" || rest == "\n" ? payload + length : body.size();
}

// Reads the parts from the first delimiter on.
absl::StatusOr<std::vector<MultipartPart>> ReadParts(const Reader& reader, absl::string_view body,
                                                     Delimiter delimiter) {
  std::vector<MultipartPart> parts;
  while (!delimiter.last) {
    if (parts.size() == kMaxParts) return Malformed("it has too many parts");
    MultipartPart part;
    size_t payload = delimiter.end;
    if (!ReadHeaders(body, payload, part)) return Malformed("the header of a part does not end");
    std::optional<Delimiter> next = reader.AtLength(payload, part.Header("content-length"));
    // An empty payload may have the header's empty line as the line break before its delimiter.
    if (!next.has_value()) next = reader.Find(payload - 1);
    const size_t end = next.has_value() ? std::max(next->begin, payload) : EndWithoutDelimiter(body, payload, part);
    part.body = body.substr(payload, end - payload);
    parts.push_back(std::move(part));
    if (!next.has_value()) break;
    delimiter = *next;
  }
  return parts;
}

// The boundary that the body's first line gives away, or "".
absl::string_view BoundaryOfFirstLine(absl::string_view body) {
  body = body.substr(std::min(body.find_first_not_of("\r\n"), body.size()));
  if (!absl::StartsWith(body, "--")) return "";
  const absl::string_view line = body.substr(2, std::min(body.find('\n'), kMaxBoundary + 4) - 2);
  return absl::StripTrailingAsciiWhitespace(line);
}

}  // namespace

absl::string_view MultipartPart::Header(absl::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (absl::EqualsIgnoreCase(key, name)) return value;
  }
  return "";
}

absl::StatusOr<std::vector<MultipartPart>> ParseMultipart(const MediaType& type, absl::string_view body) {
  if (body.empty()) return Malformed("it is empty");
  for (const absl::string_view boundary : {type.Parameter("boundary"), BoundaryOfFirstLine(body)}) {
    if (boundary.empty()) continue;
    const Reader reader(body, boundary);
    if (const std::optional<Delimiter> first = reader.Find(0)) return ReadParts(reader, body, *first);
  }
  return std::vector<MultipartPart>{{{}, body}};
}

}  // namespace vitrine::fetch
