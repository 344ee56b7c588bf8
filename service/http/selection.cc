#include "service/http/selection.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace vitrine::http {
namespace {

// Of "gzip" and "q=0.5"; a weight that cannot be read refuses nothing.
bool IsRefusal(absl::string_view parameter) {
  parameter = absl::StripAsciiWhitespace(parameter);
  double weight = 1;
  if (!absl::ConsumePrefix(&parameter, "q=") && !absl::ConsumePrefix(&parameter, "Q=")) return false;
  return absl::SimpleAtod(parameter, &weight) && weight == 0;
}

}  // namespace

bool MatchesEntityTag(const Request& request, absl::string_view quoted_etag) {
  const std::string header = request.header("if-none-match");
  for (absl::string_view candidate : absl::StrSplit(header, ',')) {
    candidate = absl::StripAsciiWhitespace(candidate);
    if (candidate == "*") return true;
    absl::ConsumePrefix(&candidate, "W/");
    if (candidate == quoted_etag) return true;
  }
  return false;
}

bool AcceptsCoding(const Request& request, absl::string_view coding) {
  const std::string header = request.header("accept-encoding");
  for (const absl::string_view member : absl::StrSplit(header, ',')) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(member, absl::MaxSplits(';', 1));
    if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts.first), coding)) return !IsRefusal(parts.second);
  }
  return false;
}

}  // namespace vitrine::http
