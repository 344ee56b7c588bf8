#include "service/dicomweb/accept.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "service/dicomweb/media_range.h"

namespace vitrine::service {
namespace {

absl::string_view NameOf(v1::Output::Format format) {
  switch (format) {
    case v1::Output::PNG: return "image/png";
    case v1::Output::GIF: return "image/gif";
    case v1::Output::MP4: return "video/mp4";
    default: return "image/jpeg";
  }
}

// In the order of preference among equals.
absl::Span<const Representation> CandidatesOf(Offer offer) {
  static constexpr Representation kAll[] = {{v1::Output::JPEG, false}, {v1::Output::PNG, false},
                                            {v1::Output::GIF, false},  {v1::Output::JPEG, true},
                                            {v1::Output::PNG, true},   {v1::Output::MP4, false}};
  const absl::Span<const Representation> all(kAll);
  switch (offer) {
    case Offer::kPicture: return all.first(5);
    case Offer::kPictures: return all.subspan(3, 2);
    case Offer::kAnimation: return all.subspan(2);
    case Offer::kPictureOrAnimation: break;
  }
  return all;
}

absl::string_view WhatCanBeHad(Offer offer) {
  switch (offer) {
    case Offer::kPictures: return "several pictures need multipart/related; type=\"image/jpeg\" or \"image/png\"";
    case Offer::kAnimation: return "an animation needs image/gif, video/mp4 or multipart/related; type=\"image/jpeg\"";
    default: return "image/jpeg, image/png and image/gif can be had";
  }
}

// 2: names the type; 1: "image/*" or "video/*"; 0: "*/*"; -1: does not cover it. "*/*" alone also covers multipart
// answers.
int Specificity(const MediaRange& range, const Representation& candidate) {
  const bool any = !range.multipart && range.type == "*/*";
  if (!any && range.multipart != candidate.multipart) return -1;
  const absl::string_view name = NameOf(candidate.format);
  if (range.type == name) return 2;
  if (range.type == absl::StrCat(name.substr(0, name.find('/')), "/*")) return 1;
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
  const bool rendered = std::any_of(ranges.begin(), ranges.end(), [](const MediaRange& range) {
    return absl::StartsWith(range.type, "image/") || absl::StartsWith(range.type, "video/");
  });
  if (!dicom || !rendered) return absl::OkStatus();
  return MakeError(ErrorCategory::kInvalidRequest, "accept: DICOM and rendered media types must not be mixed");
}

}  // namespace

absl::StatusOr<Representation> Negotiate(const http::Request& request, Offer offer,
                                         absl::FunctionRef<absl::Status()> check_video) {
  const std::vector<MediaRange> ranges = AcceptOf(request);
  if (ranges.empty() && !request.has_header("accept")) {
    return MakeError(ErrorCategory::kNotAcceptable, absl::StrCat("send an Accept header; ", WhatCanBeHad(offer)));
  }
  VITRINE_RETURN_IF_ERROR(CheckNotMixed(ranges));
  std::optional<Representation> chosen;
  double chosen_q = 0;
  absl::Status video;
  for (const Representation& candidate : CandidatesOf(offer)) {
    const double q = QualityOf(ranges, candidate);
    if (q > chosen_q) {
      if (candidate.format == v1::Output::MP4 && !(video = check_video()).ok()) continue;
      chosen = candidate;
      chosen_q = q;
    }
  }
  if (chosen) return *chosen;
  if (!video.ok()) return MakeError(ErrorCategory::kNotAcceptable, video.message(), DetailOf(video));
  return MakeError(ErrorCategory::kNotAcceptable, WhatCanBeHad(offer));
}

absl::StatusOr<Representation> Negotiate(const http::Request& request, Offer offer) {
  return Negotiate(request, offer, [] { return absl::OkStatus(); });
}

absl::Status CheckAcceptsJson(const http::Request& request) {
  const std::vector<MediaRange> ranges = AcceptOf(request);
  const bool silent = ranges.empty() && !request.has_header("accept");
  if (silent || std::any_of(ranges.begin(), ranges.end(), CoversJson)) return absl::OkStatus();
  return MakeError(ErrorCategory::kNotAcceptable, "application/dicom+json can be had");
}

bool Accepts(const http::Request& request, absl::string_view type) {
  const std::vector<MediaRange> ranges = AcceptOf(request);
  return std::any_of(ranges.begin(), ranges.end(), [&](const MediaRange& range) {
    const bool whole = range.type == "*/*" || range.type == absl::StrCat(type.substr(0, type.find('/')), "/*");
    return !range.multipart && range.q > 0 && (whole || range.type == type);
  });
}

}  // namespace vitrine::service
