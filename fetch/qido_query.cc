#include "fetch/qido_query.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/dictionary.h"
#include "fetch/archive.h"
#include "fetch/qido_match.h"

namespace vitrine::fetch {
namespace {

constexpr size_t kMaxQueryBytes = 16 << 10;
constexpr size_t kMaxParameters = 256;

absl::Status Invalid(absl::string_view parameter, absl::string_view what) {
  return MakeError(ErrorCategory::kInvalidRequest, absl::StrCat("query parameter ", parameter, ": ", what));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// nullopt for a '%' without two hexadecimal digits.
std::optional<std::string> PercentDecode(absl::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded.push_back(' ');  // What browsers' URLSearchParams make of a space.
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      decoded.push_back(static_cast<char>(high << 4 | low));
      i += 2;
    }
  }
  return decoded;
}

// The tags that "A.B" names; empty where one of them is not known.
std::vector<uint32_t> TagPath(absl::string_view name) {
  std::vector<uint32_t> path;
  for (const absl::string_view part : absl::StrSplit(name, '.')) {
    const std::optional<uint32_t> tag = dicom::TagOfKeyword(part);
    if (!tag.has_value()) return {};
    path.push_back(*tag);
  }
  return path;
}

absl::Status ReadIncludeField(absl::string_view value, QidoQuery& query) {
  for (const absl::string_view field : absl::StrSplit(value, ',')) {
    if (field == "all") {
      query.include_all = true;
    } else if (const std::vector<uint32_t> path = TagPath(field); !path.empty()) {
      query.include.push_back(path.front());
    }
  }
  return absl::OkStatus();
}

absl::Status ReadBoolean(absl::string_view name, absl::string_view value, bool& result) {
  if (value != "true" && value != "false") return Invalid(name, "must be true or false");
  result = value == "true";
  return absl::OkStatus();
}

absl::Status ReadNumber(absl::string_view name, absl::string_view value, uint64_t& result) {
  const bool digits = !value.empty() && std::all_of(value.begin(), value.end(), absl::ascii_isdigit);
  if (!digits || !absl::SimpleAtoi(value, &result)) return Invalid(name, "must be a whole number, 0 or more");
  return absl::OkStatus();
}

absl::Status ReadKey(absl::string_view name, std::string value, QidoQuery& query) {
  QidoKey key;
  key.path = TagPath(name);
  if (key.path.empty()) return absl::OkStatus();
  query.include.push_back(key.path.front());
  if (value.empty() || value == "*") return absl::OkStatus();
  key.vr = dicom::VrOfTag(key.path.back());
  if (key.vr.empty()) key.vr = "LO";
  if (key.vr == "SQ") return Invalid(name, "a sequence is matched by an attribute inside it, as Sequence.Attribute");
  if (const std::string problem = KeyProblem(key.vr, value); !problem.empty()) return Invalid(name, problem);
  key.value = std::move(value);
  query.keys.push_back(std::move(key));
  return absl::OkStatus();
}

absl::Status ReadParameter(absl::string_view name, std::string value, QidoQuery& query) {
  if (name == "limit") return ReadNumber(name, value, query.limit);
  if (name == "offset") return ReadNumber(name, value, query.offset);
  if (name == "fuzzymatching") return ReadBoolean(name, value, query.fuzzymatching);
  if (name == "includefield") return ReadIncludeField(value, query);
  return ReadKey(name, std::move(value), query);
}

}  // namespace

absl::StatusOr<QidoQuery> ParseQidoQuery(absl::string_view query) {
  if (query.size() > kMaxQueryBytes) {
    return MakeError(ErrorCategory::kInvalidRequest,
                     absl::StrCat("the query is longer than ", kMaxQueryBytes, " bytes"));
  }
  QidoQuery result;
  const std::vector<absl::string_view> parameters = absl::StrSplit(query, '&', absl::SkipEmpty());
  if (parameters.size() > kMaxParameters) {
    return MakeError(ErrorCategory::kInvalidRequest,
                     absl::StrCat("the query has more than ", kMaxParameters, " parameters"));
  }
  for (const absl::string_view parameter : parameters) {
    const std::pair<absl::string_view, absl::string_view> halves = absl::StrSplit(parameter, absl::MaxSplits('=', 1));
    const std::optional<std::string> name = PercentDecode(halves.first);
    std::optional<std::string> value = PercentDecode(halves.second);
    if (!name.has_value() || !value.has_value()) {
      return MakeError(ErrorCategory::kInvalidRequest, "the query is not percent-encoded properly");
    }
    VITRINE_RETURN_IF_ERROR(ReadParameter(*name, *std::move(value), result));
  }
  return result;
}

}  // namespace vitrine::fetch
