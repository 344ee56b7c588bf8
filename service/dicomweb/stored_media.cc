#include "service/dicomweb/stored_media.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "dicom/transfer_syntaxes.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kOctetStream = "application/octet-stream";

// PS3.18 table 8.7.3-5.
absl::string_view ImageType(absl::string_view transfer_syntax) {
  static constexpr std::pair<absl::string_view, absl::string_view> kRows[] = {
      {"1.2.840.10008.1.2.4.50", "image/jpeg"},   {"1.2.840.10008.1.2.4.51", "image/jpeg"},
      {"1.2.840.10008.1.2.4.57", "image/jpeg"},   {"1.2.840.10008.1.2.4.70", "image/jpeg"},
      {"1.2.840.10008.1.2.4.80", "image/jls"},    {"1.2.840.10008.1.2.4.81", "image/jls"},
      {"1.2.840.10008.1.2.4.90", "image/jp2"},    {"1.2.840.10008.1.2.4.91", "image/jp2"},
      {"1.2.840.10008.1.2.4.92", "image/jpx"},    {"1.2.840.10008.1.2.4.93", "image/jpx"},
      {"1.2.840.10008.1.2.4.110", "image/jxl"},   {"1.2.840.10008.1.2.4.111", "image/jxl"},
      {"1.2.840.10008.1.2.4.112", "image/jxl"},   {"1.2.840.10008.1.2.4.201", "image/jphc"},
      {"1.2.840.10008.1.2.4.202", "image/jphc"},  {"1.2.840.10008.1.2.4.203", "image/jphc"},
      {"1.2.840.10008.1.2.5", "image/dicom-rle"},
  };
  for (const auto& [uid, type] : kRows) {
    if (uid == transfer_syntax) return type;
  }
  return kOctetStream;
}

bool IsAny(const MediaRange& range) { return range.type == "*/*"; }

// Whether the wish for a transfer syntax, if there is one, is met.
bool SyntaxFits(const MediaRange& range, absl::string_view transfer_syntax) {
  return range.transfer_syntax.empty() || range.transfer_syntax == "*" || range.transfer_syntax == transfer_syntax;
}

// Frames that are asked for as bytes without a transfer syntax are to be native (PS3.18 8.7.3.3.2).
bool CoversAsBytes(const MediaRange& range, absl::string_view transfer_syntax) {
  if (range.type != kOctetStream && range.type != "application/*") return false;
  if (range.transfer_syntax.empty()) return transfer_syntax == dicom::kExplicitLittleEndian;
  return SyntaxFits(range, transfer_syntax);
}

bool CoversAsImage(const MediaRange& range, absl::string_view transfer_syntax) {
  const absl::string_view type = ImageType(transfer_syntax);
  const bool covers =
      IsAny(range) || range.type == type || (range.type == "image/*" && absl::StartsWith(type, "image/"));
  return covers && SyntaxFits(range, transfer_syntax);
}

}  // namespace

std::vector<MediaRange> StoredAccept(const http::Request& request) {
  std::vector<MediaRange> ranges = AcceptOf(request);
  if (ranges.empty() && !request.has_header("accept")) ranges.push_back({"*/*", true, "*", 1});
  ranges.erase(std::remove_if(ranges.begin(), ranges.end(), [](const MediaRange& range) { return range.q <= 0; }),
               ranges.end());
  std::stable_sort(ranges.begin(), ranges.end(), [](const MediaRange& a, const MediaRange& b) { return a.q > b.q; });
  return ranges;
}

std::string MultipartAccept(const MediaRange& range, absl::string_view type) {
  const std::string syntax = IsAny(range) && range.transfer_syntax.empty() ? "*" : range.transfer_syntax;
  return absl::StrCat("multipart/related; type=\"", IsAny(range) ? type : absl::string_view(range.type), "\"",
                      syntax.empty() ? "" : absl::StrCat("; transfer-syntax=", syntax));
}

bool CoversStored(const MediaRange& range, absl::string_view type) {
  return range.type == type || range.type == "application/*" || IsAny(range);
}

absl::StatusOr<MediaRange> FindStoredRange(const http::Request& request, absl::string_view type) {
  for (MediaRange& range : StoredAccept(request)) {
    if (!CoversStored(range, type)) continue;
    if (range.type == "application/*") range.type = std::string(type);
    return range;
  }
  return MakeError(ErrorCategory::kNotAcceptable, absl::StrCat("multipart/related; type=\"", type, "\" can be had"));
}

bool WantsMultipart(const MediaRange& range) { return range.multipart || IsAny(range); }

absl::StatusOr<FrameMedia> MediaOfFrames(const std::vector<MediaRange>& accept, absl::string_view transfer_syntax) {
  for (const MediaRange& range : accept) {
    const bool bytes = CoversAsBytes(range, transfer_syntax);
    if (!bytes && !CoversAsImage(range, transfer_syntax)) continue;
    const absl::string_view type = bytes ? kOctetStream : ImageType(transfer_syntax);
    return FrameMedia{std::string(type), absl::StrCat(type, "; transfer-syntax=", transfer_syntax),
                      WantsMultipart(range)};
  }
  return MakeError(ErrorCategory::kNotAcceptable,
                   absl::StrCat("the frames can be had as they are stored: multipart/related; type=\"",
                                ImageType(transfer_syntax), "\"; transfer-syntax=", transfer_syntax));
}

}  // namespace vitrine::service
