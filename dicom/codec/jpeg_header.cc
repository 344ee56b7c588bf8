#include "dicom/codec/jpeg_header.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace vitrine::dicom {
namespace {

constexpr int kSoi = 0xD8;
constexpr int kEoi = 0xD9;
constexpr int kSos = 0xDA;
constexpr int kApp0 = 0xE0;
constexpr int kApp14 = 0xEE;
constexpr int kMaxComponents = 4;

absl::Status Bad(absl::string_view detail) { return BadCodestream("JPEG", detail); }

bool IsStandalone(int marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= kSoi); }

bool IsSof(int marker) {
  const bool is_other_segment = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
  return (marker >= 0xC0 && marker <= 0xCF && !is_other_segment) || marker == kSofJpegLs;
}

struct Segment {
  int marker = 0;
  absl::Span<const uint8_t> payload;
};

// The next marker segment at or after `position`, which moves behind it; none where the codestream ends first. Bytes
// that are no marker are skipped, as all decoders do.
std::optional<Segment> NextSegment(absl::Span<const uint8_t> bytes, size_t& position) {
  while (position + 1 < bytes.size()) {
    if (bytes[position] != 0xFF || bytes[position + 1] == 0xFF || bytes[position + 1] == 0) {
      ++position;
      continue;
    }
    const int marker = bytes[position + 1];
    position += 2;
    if (marker == kEoi) return std::nullopt;
    if (IsStandalone(marker)) continue;
    if (bytes.size() - position < 2) return std::nullopt;
    const size_t length = bytes[position] << 8 | bytes[position + 1];
    if (length < 2 || length > bytes.size() - position) return std::nullopt;
    const Segment segment = {marker, bytes.subspan(position + 2, length - 2)};
    position += length;
    return segment;
  }
  return std::nullopt;
}

absl::Status ReadSof(const Segment& segment, JpegHeader& header) {
  const absl::Span<const uint8_t> payload = segment.payload;
  if (header.sof != 0) return Bad("two frame headers");
  if (payload.size() < 6) return Bad("short frame header");
  header.sof = segment.marker;
  header.frame.precision = payload[0];
  header.frame.rows = payload[1] << 8 | payload[2];
  header.frame.columns = payload[3] << 8 | payload[4];
  header.frame.components = payload[5];
  if (header.frame.components < 1 || header.frame.components > kMaxComponents) return Bad("number of components");
  if (payload.size() < 6 + size_t{3} * header.frame.components) return Bad("short frame header");
  for (int i = 0; i < header.frame.components; ++i) {
    header.component_ids.push_back(payload[6 + 3 * i]);
    header.sampling_factors.push_back((payload[7 + 3 * i] >> 4) * (payload[7 + 3 * i] & 0xF));
  }
  return absl::OkStatus();
}

void ReadApplicationSegment(const Segment& segment, JpegHeader& header) {
  const absl::string_view text(reinterpret_cast<const char*>(segment.payload.data()), segment.payload.size());
  if (segment.marker == kApp0 && absl::StartsWith(text, absl::string_view("JFIF\0", 5))) header.has_jfif = true;
  if (segment.marker == kApp14 && absl::StartsWith(text, "Adobe") && text.size() >= 12) {
    header.adobe_transform = segment.payload[11];
  }
}

}  // namespace

absl::StatusOr<JpegHeader> ReadJpegHeader(absl::Span<const uint8_t> codestream) {
  if (codestream.size() < 2 || codestream[0] != 0xFF || codestream[1] != kSoi) return Bad("no start of image");
  JpegHeader header;
  size_t position = 2;
  while (const std::optional<Segment> segment = NextSegment(codestream, position)) {
    if (IsSof(segment->marker)) {
      VITRINE_RETURN_IF_ERROR(ReadSof(*segment, header));
    } else if (segment->marker == kSos) {
      if (header.sof == 0 || segment->payload.empty()) return Bad("scan without a frame header");
      header.multiple_scans = segment->payload[0] != header.frame.components || header.sof == kSofProgressive ||
                              header.sof == kSofProgressiveArithmetic;
      header.is_arithmetic = header.sof == kSofExtendedArithmetic || header.sof == kSofProgressiveArithmetic;
      return header;
    } else {
      ReadApplicationSegment(*segment, header);
    }
  }
  return Bad("ends before its first scan");
}

bool IsYcc(const JpegHeader& header, absl::string_view photometric_interpretation) {
  if (header.frame.components != 3 || header.component_ids == "RGB") return false;
  if (header.has_jfif) return true;
  if (header.adobe_transform >= 0) return header.adobe_transform != 0;
  const std::vector<int>& factors = header.sampling_factors;
  if (factors[0] > factors[1] && factors[0] > factors[2]) return true;
  return photometric_interpretation != "RGB";
}

}  // namespace vitrine::dicom
