#include "fetch/qido_match.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "fetch/archive.h"

namespace vitrine::fetch {
namespace {

bool IsNumberVr(absl::string_view vr) {
  static constexpr absl::string_view kNumbers[] = {"IS", "DS", "US", "SS", "UL", "SL", "UV", "SV", "FL", "FD"};
  return std::find(std::begin(kNumbers), std::end(kNumbers), vr) != std::end(kNumbers);
}

bool IsTimeVr(absl::string_view vr) { return vr == "DA" || vr == "TM" || vr == "DT"; }

struct Range {
  std::string from;
  std::string to;
};

// The dots and colons of ACR-NEMA dates and times do not count.
std::string Plain(absl::string_view vr, absl::string_view value) {
  std::string text(absl::StripAsciiWhitespace(value));
  if (vr == "DA") return absl::StrReplaceAll(text, {{".", ""}});
  if (vr == "TM") return absl::StrReplaceAll(text, {{":", ""}});
  return text;
}

// "a" is the range from a to a. In a DT, the '-' of a UTC offset (&ZZXX) follows a full stamp and has four digits after
// it, as no range's end has.
Range ReadRange(absl::string_view vr, absl::string_view key) {
  const size_t dash = key.find('-');
  const bool offset = vr == "DT" && dash != absl::string_view::npos && dash > 8 && key.size() - dash == 5;
  if (dash == absl::string_view::npos || offset) return {Plain(vr, key), Plain(vr, key)};
  return {Plain(vr, key.substr(0, dash)), Plain(vr, key.substr(dash + 1))};
}

bool IsStamp(absl::string_view vr, absl::string_view text) {
  if (text.empty()) return true;
  const size_t point = std::min(text.find('.'), text.size());
  const absl::string_view digits = text.substr(0, point);
  const absl::string_view fraction = text.substr(std::min(point + 1, text.size()));
  const auto all_digits = [](absl::string_view part) {
    return std::all_of(part.begin(), part.end(), absl::ascii_isdigit);
  };
  if (vr == "DT") return digits.size() >= 4 && absl::ascii_isdigit(text.front());
  if (!all_digits(digits) || !all_digits(fraction)) return false;
  if (vr == "DA") return digits.size() == 8 && point == text.size();
  return digits.size() >= 2 && digits.size() <= 6 && digits.size() % 2 == 0;
}

bool InRange(absl::string_view vr, absl::string_view key, absl::string_view value) {
  const Range range = ReadRange(vr, key);
  const std::string plain = Plain(vr, value);
  if (plain.empty()) return false;
  // A bound of lower precision is compared with as much of the value as it has itself.
  const absl::string_view text = plain;
  return text.substr(0, range.from.size()) >= range.from &&
         (range.to.empty() || text.substr(0, range.to.size()) <= range.to);
}

bool NumbersEqual(absl::string_view key, absl::string_view value) {
  double a = 0;
  double b = 0;
  return absl::SimpleAtod(absl::StripAsciiWhitespace(key), &a) &&
         absl::SimpleAtod(absl::StripAsciiWhitespace(value), &b) && a == b;
}

std::string NormalName(absl::string_view name) {
  std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(name));
  while (!lower.empty() && (lower.back() == '^' || lower.back() == '=')) lower.pop_back();
  return lower;
}

bool MatchesName(absl::string_view key, absl::string_view value) {
  const std::string pattern = NormalName(key);
  if (WildcardMatch(pattern, NormalName(value))) return true;
  for (const absl::string_view group : absl::StrSplit(value, '=')) {
    if (WildcardMatch(pattern, NormalName(group))) return true;
  }
  return false;
}

}  // namespace

std::string KeyProblem(absl::string_view vr, absl::string_view key) {
  if (vr == "UI") {
    for (const absl::string_view uid : absl::StrSplit(key, absl::ByAnyChar(",\\"))) {
      if (!IsValidUid(absl::StripAsciiWhitespace(uid))) return "must be a UID or a list of UIDs";
    }
  } else if (IsTimeVr(vr)) {
    const Range range = ReadRange(vr, key);
    if (!IsStamp(vr, range.from) || !IsStamp(vr, range.to) || (range.from.empty() && range.to.empty())) {
      if (vr == "DA") return "must be YYYYMMDD or a range of them";
      return vr == "TM" ? "must be HHMMSS.FFFFFF, or less of it, or a range" : "must be a date-time or a range";
    }
  } else if (IsNumberVr(vr)) {
    double number = 0;
    if (!absl::SimpleAtod(key, &number) || !std::isfinite(number)) return "must be a number";
  }
  return "";
}

bool MatchesKey(absl::string_view vr, absl::string_view key, absl::string_view value) {
  if (vr == "UI" || vr == "CS") {
    for (const absl::string_view member : absl::StrSplit(key, absl::ByAnyChar(",\\"))) {
      const absl::string_view pattern = absl::StripAsciiWhitespace(member);
      if (vr == "UI" ? pattern == value : WildcardMatch(pattern, value)) return true;
    }
    return false;
  }
  if (IsTimeVr(vr)) return InRange(vr, key, value);
  if (IsNumberVr(vr)) return NumbersEqual(key, value);
  if (vr == "PN") return MatchesName(key, value);
  return WildcardMatch(absl::StripAsciiWhitespace(key), absl::StripAsciiWhitespace(value));
}

bool WildcardMatch(absl::string_view pattern, absl::string_view text) {
  const auto next = [&](size_t at) {  // The position after the UTF-8 character at `at`.
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    return at;
  };
  size_t p = 0;
  size_t t = 0;
  size_t star = absl::string_view::npos;  // Where to come back to after a mismatch.
  size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t = next(t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != absl::string_view::npos) {
      p = star + 1;
      star_text = next(star_text);
      t = star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace vitrine::fetch
