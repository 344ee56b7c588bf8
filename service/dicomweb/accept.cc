#include "service/dicomweb/accept.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::service {
namespace {

// One member of an Accept list: "multipart/related; type="image/jpeg"; q=0.5" has type "image/jpeg" and multipart set.
struct MediaRange {
  std::string type;  // Lower case.
  bool multipart = false;
  double q = 1;
};

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
  }
  return range;
}

std::vector<MediaRange> ParseAccept(absl::string_view text) {
  std::vector<MediaRange> ranges;
  for (const std::string& member : SplitUnquoted(text, ',')) {
    if (auto range = ParseMediaRange(member)) ranges.push_back(*std::move(range));
  }
  return ranges;
}

absl::string_view NameOf(v1::Output::Format format) {
  switch (format) {
    case v1::Output::PNG: return "image/png";
    case v1::Output::GIF: return "image/gif";
    default: return "image/jpeg";
  }
}

// In the order of preference among equals.
absl::Span<const Representation> CandidatesOf(Offer offer) {
  static constexpr Representation kAll[] = {{v1::Output::JPEG, false},
                                            {v1::Output::PNG, false},
                                            {v1::Output::GIF, false},
                                            {v1::Output::JPEG, true},
                                            {v1::Output::PNG, true}};
  const absl::Span<const Representation> all(kAll);
  if (offer == Offer::kPictures) return all.subspan(3);
  return offer == Offer::kAnimation ? all.subspan(2) : all;
}

absl::string_view WhatCanBeHad(Offer offer) {
  switch (offer) {
    case Offer::kPictures: return "several pictures need multipart/related; type=\"image/jpeg\" or \"image/png\"";
    case Offer::kAnimation: return "an animation needs image/gif or multipart/related; type=\"image/jpeg\"";
    default: return "image/jpeg, image/png and image/gif can be had";
  }
}

// 2: names the type; 1: "image/*"; 0: "*/*"; -1: does not cover it. "*/*" alone also covers multipart answers.
int Specificity(const MediaRange& range, const Representation& candidate) {
  const bool any = !range.multipart && range.type == "*/*";
  if (!any && range.multipart != candidate.multipart) return -1;
  if (range.type == NameOf(candidate.format)) return 2;
  if (range.type == "image/*") return 1;
  return range.type == "*/*" ? 0 : -1;
}

// The q of the most specific range that covers the candidate; 0 where none does.
double QualityOf(const std::vector<MediaRange>& ranges, const Representation& candidate) {
  int best = -1;
  double q = 0;
  for (const MediaRange& range : ranges) {
    const int specificity = Specificity(range, candidate);
    if (specificity > best || (specificity == best && best >= 0 && range.q > q)) {
      best = specificity;
      q = range.q;
    }
  }
  return q;
}

bool IsDicom(const MediaRange& range) {
  return absl::StartsWith(range.type, "application/dicom") || range.type == "application/octet-stream";
}

bool CoversJson(const MediaRange& range) {
  constexpr absl::string_view kTypes[] = {"application/dicom+json", "application/json", "application/*", "*/*"};
  return !range.multipart && range.q > 0 && absl::c_linear_search(kTypes, range.type);
}

absl::Status CheckNotMixed(const std::vector<MediaRange>& ranges) {
  const bool dicom = std::any_of(ranges.begin(), ranges.end(), IsDicom);
  const bool rendered = std::any_of(ranges.begin(), ranges.end(),
                                    [](const MediaRange& range) { return absl::StartsWith(range.type, "image/"); });
  if (!dicom || !rendered) return absl::OkStatus();
  return MakeError(ErrorCategory::kInvalidRequest, "accept: DICOM and rendered media types must not be mixed");
}

}  // namespace

absl::StatusOr<Representation> Negotiate(const http::Request& request, Offer offer) {
  if (!request.has_header("accept")) {
    return MakeError(ErrorCategory::kNotAcceptable, absl::StrCat("send an Accept header; ", WhatCanBeHad(offer)));
  }
  const std::vector<MediaRange> header = ParseAccept(request.header("accept"));
  std::vector<MediaRange> query;
  for (const auto& [name, value] : request.params) {
    if (name == "accept") query = ParseAccept(value);
  }
  VITRINE_RETURN_IF_ERROR(CheckNotMixed(header));
  VITRINE_RETURN_IF_ERROR(CheckNotMixed(query));
  std::optional<Representation> chosen;
  double chosen_q = 0;
  for (const Representation& candidate : CandidatesOf(offer)) {
    const double header_q = QualityOf(header, candidate);
    const double q = query.empty() || header_q == 0 ? header_q : QualityOf(query, candidate);
    if (q > chosen_q) {
      chosen = candidate;
      chosen_q = q;
    }
  }
  if (chosen) return *chosen;
  return MakeError(ErrorCategory::kNotAcceptable, WhatCanBeHad(offer));
}

absl::Status CheckAcceptsJson(const http::Request& request) {
  std::vector<std::string> lists;
  if (request.has_header("accept")) lists.push_back(request.header("accept"));
  for (const auto& [name, value] : request.params) {
    if (name == "accept") lists.push_back(value);
  }
  for (const std::string& list : lists) {
    const std::vector<MediaRange> ranges = ParseAccept(list);
    if (!std::any_of(ranges.begin(), ranges.end(), CoversJson)) {
      return MakeError(ErrorCategory::kNotAcceptable, "application/dicom+json can be had");
    }
  }
  return absl::OkStatus();
}

}  // namespace vitrine::service
