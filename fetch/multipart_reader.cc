#include "fetch/multipart_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::fetch {
namespace {

constexpr size_t kMaxPreamble = 16 << 10;
constexpr size_t kMaxPartHeader = 16 << 10;

// Memory taken on the word of a Content-Length; a longer payload has to arrive first.
constexpr uint64_t kMaxTrustedLength = 64ull << 20;

absl::Status Malformed(absl::string_view what) {
  return MakeError(ErrorCategory::kArchiveProtocol,
                   absl::StrCat("the archive's multipart answer is malformed: ", what));
}

absl::Status TooLarge() {
  return MakeError(ErrorCategory::kTooLarge, "an instance is larger than this server accepts");
}

std::optional<uint64_t> ContentLength(absl::string_view header) {
  for (const absl::string_view line : absl::StrSplit(header, '\n')) {
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos) continue;
    if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(line.substr(0, colon)), "content-length")) continue;
    uint64_t length = 0;
    if (absl::SimpleAtoi(absl::StripAsciiWhitespace(line.substr(colon + 1)), &length)) return length;
  }
  return std::nullopt;
}

}  // namespace

MultipartReader::MultipartReader(absl::string_view boundary, uint64_t max_part_bytes)
    : dashed_(absl::StrCat("--", boundary)), max_part_bytes_(max_part_bytes) {}

void MultipartReader::Append(std::string& piece) {
  buffer_.erase(0, at_);
  searched_ -= std::min(searched_, at_);
  at_ = 0;
  if (buffer_.empty()) {
    buffer_.swap(piece);
  } else {
    buffer_.append(piece);
  }
  piece.clear();
}

absl::StatusOr<std::optional<std::string>> MultipartReader::Next() {
  if (state_ == State::kPreamble && !SkipPreamble()) {
    if (buffer_.size() > kMaxPreamble) return Malformed("it begins with no delimiter");
    return std::nullopt;
  }
  if (state_ == State::kHeader) {
    VITRINE_ASSIGN_OR_RETURN(const bool complete, ReadHeader());
    if (!complete) return std::nullopt;
  }
  if (state_ == State::kEnd) return std::nullopt;
  return counted_ ? TakeCounted(*counted_) : TakeUncounted();
}

MultipartReader::Line MultipartReader::LineAt(size_t at, size_t& end) const {
  const absl::string_view line = absl::string_view(buffer_).substr(std::min(at, buffer_.size()));
  if (!absl::StartsWith(line, dashed_)) return absl::StartsWith(dashed_, line) ? Line::kIncomplete : Line::kNone;
  size_t i = dashed_.size();
  if (line.substr(i, 2) == "--") {
    end = at + i + 2;
    return Line::kFinalDelimiter;
  }
  if (line.substr(i) == "-") return Line::kIncomplete;
  i = line.find_first_not_of(" \t", i);
  if (i != absl::string_view::npos && line[i] == '\r') ++i;
  if (i >= line.size()) return Line::kIncomplete;
  if (line[i] != '\n') return Line::kNone;
  end = at + i + 1;
  return Line::kDelimiter;
}

void MultipartReader::Enter(Line delimiter, size_t end) {
  state_ = delimiter == Line::kFinalDelimiter ? State::kEnd : State::kHeader;
  at_ = searched_ = end;
}

// True behind the first delimiter: at the very start or after a line break.
bool MultipartReader::SkipPreamble() {
  for (size_t at = 0; at < buffer_.size();) {
    size_t end = 0;
    const Line line = LineAt(at, end);
    if (line == Line::kIncomplete) return false;
    if (line != Line::kNone) {
      Enter(line, end);
      return true;
    }
    const size_t newline = buffer_.find('\n', at);
    if (newline == std::string::npos) return false;
    at = newline + 1;
  }
  return false;
}

// True behind the empty line that ends the header.
absl::StatusOr<bool> MultipartReader::ReadHeader() {
  for (size_t at = at_;;) {
    const size_t newline = buffer_.find('\n', at);
    if (std::min(newline, buffer_.size()) - at_ > kMaxPartHeader) return Malformed("the header of a part does not end");
    if (newline == std::string::npos) return false;
    const bool is_empty = newline == at || (newline == at + 1 && buffer_[at] == '\r');
    at = newline + 1;
    if (!is_empty) continue;
    counted_ = ContentLength(absl::string_view(buffer_).substr(at_, at - at_));
    if (counted_ && *counted_ > max_part_bytes_) return TooLarge();
    if (counted_) payload_.reserve(std::min(*counted_, kMaxTrustedLength));
    state_ = State::kPayload;
    at_ = searched_ = at;
    return true;
  }
}

absl::StatusOr<std::optional<std::string>> MultipartReader::TakeCounted(uint64_t length) {
  const size_t count = std::min<uint64_t>(length - payload_.size(), buffer_.size() - at_);
  payload_.append(buffer_, at_, count);
  at_ = searched_ = at_ + count;
  if (payload_.size() < length) return std::nullopt;
  const absl::string_view rest = absl::string_view(buffer_).substr(at_);
  const size_t line_break = absl::StartsWith(rest, "\r\n") ? 2 : absl::StartsWith(rest, "\n") ? 1 : 0;
  if (line_break == 0 && rest.size() < 2) {
    if (!rest.empty() && rest != "\r") return Malformed("a Content-Length is wrong");
    return std::nullopt;
  }
  size_t end = 0;
  const Line line = line_break == 0 ? Line::kNone : LineAt(at_ + line_break, end);
  if (line == Line::kIncomplete) return std::nullopt;
  if (line == Line::kNone) return Malformed("a Content-Length is wrong");
  Enter(line, end);
  return std::exchange(payload_, std::string());
}

absl::StatusOr<std::optional<std::string>> MultipartReader::TakeUncounted() {
  const std::string pattern = absl::StrCat("\n", dashed_);
  while (true) {
    const size_t newline = buffer_.find(pattern, searched_);
    if (newline == std::string::npos) {
      searched_ = std::max(at_, buffer_.size() - std::min(buffer_.size(), pattern.size() - 1));
      break;
    }
    searched_ = newline;
    size_t end = 0;
    const Line line = LineAt(newline + 1, end);
    if (line == Line::kIncomplete) break;
    if (line == Line::kNone) {
      ++searched_;
      continue;
    }
    const size_t payload_end = newline > at_ && buffer_[newline - 1] == '\r' ? newline - 1 : newline;
    if (payload_end - at_ > max_part_bytes_) return TooLarge();
    std::string payload = buffer_.substr(at_, payload_end - at_);
    Enter(line, end);
    return payload;
  }
  if (searched_ - at_ > max_part_bytes_) return TooLarge();
  return std::nullopt;
}

}  // namespace vitrine::fetch
