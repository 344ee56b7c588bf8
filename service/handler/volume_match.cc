#include "service/handler/volume_match.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "dicom/dictionary.h"
#include "fetch/qido_match.h"

namespace vitrine::service {
namespace {

constexpr size_t kMaxKeys = 64;

bool IsNumberVr(absl::string_view vr) {
  static constexpr absl::string_view kNumbers[] = {"IS", "DS", "US", "SS", "UL", "SL", "UV", "SV", "FL", "FD"};
  return std::find(std::begin(kNumbers), std::end(kNumbers), vr) != std::end(kNumbers);
}

struct NumberRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

// "a-b" and "a-"; a '-' at the beginning or after an exponent's 'e' is a sign. nullopt for what is no such range.
std::optional<NumberRange> ReadNumberRange(absl::string_view text) {
  size_t dash = 1;
  while (dash < text.size() && (text[dash] != '-' || text[dash - 1] == 'e' || text[dash - 1] == 'E')) ++dash;
  if (dash >= text.size()) return std::nullopt;
  NumberRange range;
  const absl::string_view high = text.substr(dash + 1);
  if (!absl::SimpleAtod(text.substr(0, dash), &range.low) || !std::isfinite(range.low)) return std::nullopt;
  if (!high.empty() && (!absl::SimpleAtod(high, &range.high) || !std::isfinite(range.high))) return std::nullopt;
  return range;
}

bool MatchesValue(const MatchKey& key, absl::string_view value) {
  if (IsNumberVr(key.vr)) {
    if (const std::optional<NumberRange> range = ReadNumberRange(key.value)) {
      double number = 0;
      return absl::SimpleAtod(value, &number) && number >= range->low && number <= range->high;
    }
  }
  return fetch::MatchesKey(key.vr, key.value, value);
}

absl::Status Invalid(absl::string_view name, absl::string_view what) {
  return MakeError(ErrorCategory::kInvalidRequest, absl::StrCat("match ", name, ": ", what));
}

}  // namespace

absl::StatusOr<std::vector<MatchKey>> ParseMatch(const google::protobuf::Map<std::string, std::string>& match) {
  if (match.size() > kMaxKeys) {
    return MakeError(ErrorCategory::kInvalidRequest, absl::StrCat("more than ", kMaxKeys, " attributes to match"));
  }
  std::vector<MatchKey> keys;
  // In the order of names, so that equal requests have equal errors.
  for (const auto& [name, value] : std::map<std::string, std::string>(match.begin(), match.end())) {
    const std::optional<uint32_t> tag = dicom::TagOfKeyword(name);
    if (!tag) return Invalid(name, "there is no such attribute");
    if (value.empty() || value == "*") continue;
    MatchKey key{*tag, dicom::VrOfTag(*tag), value};
    if (key.vr.empty()) key.vr = "LO";
    if (key.vr == "SQ") return Invalid(name, "a sequence cannot be matched");
    if (IsNumberVr(key.vr) && ReadNumberRange(value)) {
      keys.push_back(std::move(key));
      continue;
    }
    if (const std::string problem = fetch::KeyProblem(key.vr, value); !problem.empty()) return Invalid(name, problem);
    keys.push_back(std::move(key));
  }
  return keys;
}

bool Matches(const std::vector<MatchKey>& keys, const dicom::FrameAttributes& frame) {
  return std::all_of(keys.begin(), keys.end(), [&](const MatchKey& key) {
    const std::vector<std::string> values = frame.Values(key.tag);
    return std::any_of(values.begin(), values.end(),
                       [&](const std::string& value) { return MatchesValue(key, value); });
  });
}

}  // namespace vitrine::service
