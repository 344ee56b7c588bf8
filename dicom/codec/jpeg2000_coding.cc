#include "dicom/codec/jpeg2000_coding.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/byte_order.h"

namespace vitrine::dicom {
namespace {

// Markers (ISO/IEC 15444-1 Table A.2; CAP and CPF 15444-15; MCT, MCC, MCO and CBD 15444-2).
constexpr int kCod = 0xFF52;
constexpr int kCoc = 0xFF53;
constexpr int kSot = 0xFF90;
constexpr int kSod = 0xFF93;
constexpr int kEoc = 0xFFD9;
constexpr int kOtherSegments[] = {0xFF50, 0xFF51, 0xFF55, 0xFF57, 0xFF58, 0xFF59, 0xFF5C, 0xFF5D, 0xFF5E,
                                  0xFF5F, 0xFF60, 0xFF61, 0xFF63, 0xFF64, 0xFF74, 0xFF75, 0xFF77, 0xFF78};

constexpr int kMaxDecompositions = 32;

absl::Status Bad(absl::string_view detail) { return BadCodestream("JPEG 2000", detail); }

absl::Status TooMuch(absl::string_view detail) {
  return MakeError(ErrorCategory::kUnsupported, "The image is compressed in too many small parts", detail);
}

int BigUint16(const uint8_t* bytes) { return ReadUint16(bytes, /*big_endian=*/true); }

// The number of cells of 2^exponent that an axis needs after `reductions` halvings.
uint64_t Cells(int64_t extent, int reductions, int exponent) {
  const uint64_t reduced = ((static_cast<uint64_t>(extent) - 1) >> reductions) + 1;
  return ((reduced - 1) >> exponent) + 1;
}

// The SPcod or SPcoc parameters (Table A.15 and A.23): decompositions, code-block exponents less 2, style,
// transformation, and precinct exponents for each resolution where these are not all 15.
absl::Status CheckParameters(const Jpeg2000Header& header, absl::Span<const uint8_t> parameters, bool has_precincts,
                             uint64_t layers) {
  if (parameters.size() < 5) return Bad("short coding style");
  const int decompositions = parameters[0];
  if (decompositions > kMaxDecompositions) return Bad("decompositions");
  if (has_precincts && parameters.size() < 6 + size_t{1} * decompositions) return Bad("short coding style");
  const int block_x = (parameters[1] & 0xF) + 2;
  const int block_y = (parameters[2] & 0xF) + 2;
  const int64_t rows = header.frame.rows;
  const int64_t columns = header.frame.columns;
  uint64_t precincts = 0;
  uint64_t blocks = 0;
  for (int resolution = 0; resolution <= decompositions; ++resolution) {
    const int reductions = decompositions - resolution;
    const int precinct_x = has_precincts ? parameters[5 + resolution] & 0xF : 15;
    const int precinct_y = has_precincts ? parameters[5 + resolution] >> 4 : 15;
    precincts += Cells(columns, reductions, precinct_x) * Cells(rows, reductions, precinct_y);
    blocks += Cells(columns, reductions, std::min(block_x, precinct_x)) *
              Cells(rows, reductions, std::min(block_y, precinct_y));
  }
  const uint64_t pixels = static_cast<uint64_t>(rows) * static_cast<uint64_t>(columns);
  const uint64_t max_precincts = 4096 + pixels / 1024;
  if (precincts > max_precincts) return TooMuch(absl::StrCat(precincts, " precincts"));
  if (precincts * layers > 64 * max_precincts) return TooMuch(absl::StrCat(layers, " layers"));
  if (blocks > 65536 + pixels / 64) return TooMuch(absl::StrCat(blocks, " code-blocks"));
  return absl::OkStatus();
}

// Walks through the marker segments of the main header and of all tile-part headers.
class Walk {
 public:
  explicit Walk(const Jpeg2000Header& header) : header_(header), bytes_(header.codestream) {}

  // Ends well where the codestream is cut short: the decoder finds that, too.
  absl::Status Run() {
    while (bytes_.size() - position_ >= 4) {
      const int marker = BigUint16(&bytes_[position_]);
      if (marker == kEoc) break;
      if (marker == kSod) {
        if (!SkipTilePart()) break;
        continue;
      }
      const size_t length = BigUint16(&bytes_[position_ + 2]);
      if (length < 2) return Bad("marker segment without a length");
      if (length > bytes_.size() - position_ - 2) break;
      VITRINE_RETURN_IF_ERROR(Check(marker, bytes_.subspan(position_ + 4, length - 2)));
      position_ += 2 + length;
    }
    return absl::OkStatus();
  }

 private:
  // False for the last one, or where there is no tile-part to skip.
  bool SkipTilePart() {
    if (!tile_part_end_.has_value() || *tile_part_end_ <= position_ || *tile_part_end_ > bytes_.size()) return false;
    position_ = *tile_part_end_;
    tile_part_end_.reset();
    return true;
  }

  absl::Status Check(int marker, absl::Span<const uint8_t> payload) {
    switch (marker) {
      case kSot: return ReadSot(payload);
      case kCod: return CheckCod(payload);
      case kCoc: return CheckCoc(payload);
    }
    // OpenJPEG takes an unknown marker for one without a segment and goes on behind it: no way to follow both.
    if (std::find(std::begin(kOtherSegments), std::end(kOtherSegments), marker) == std::end(kOtherSegments)) {
      return MakeError(ErrorCategory::kUnsupported, "The image is compressed with an unknown JPEG 2000 extension",
                       absl::StrCat("marker ", absl::Hex(marker)));
    }
    return absl::OkStatus();
  }

  absl::Status ReadSot(absl::Span<const uint8_t> payload) {
    if (payload.size() < 6) return Bad("short SOT");
    const uint64_t length = ReadUint32(&payload[2], /*big_endian=*/true);
    tile_part_end_ = length == 0 ? bytes_.size() : position_ + length;
    return absl::OkStatus();
  }

  absl::Status CheckCod(absl::Span<const uint8_t> payload) {
    if (payload.size() < 5) return Bad("short COD");
    layers_ = BigUint16(&payload[2]);
    return CheckParameters(header_, payload.subspan(5), (payload[0] & 1) != 0, layers_);
  }

  absl::Status CheckCoc(absl::Span<const uint8_t> payload) {
    const size_t component_bytes = header_.frame.components < 257 ? 1 : 2;
    if (payload.size() < component_bytes + 1) return Bad("short COC");
    return CheckParameters(header_, payload.subspan(component_bytes + 1), (payload[component_bytes] & 1) != 0, layers_);
  }

  const Jpeg2000Header& header_;
  const absl::Span<const uint8_t> bytes_;
  size_t position_ = 2;  // Behind SOC.
  std::optional<uint64_t> tile_part_end_;
  uint64_t layers_ = 1;
};

}  // namespace

absl::Status CheckCodingEffort(const Jpeg2000Header& header) {
  const uint64_t pixels = static_cast<uint64_t>(header.frame.rows) * static_cast<uint64_t>(header.frame.columns);
  if (header.tiles > 1024 + pixels / 1024) return TooMuch(absl::StrCat(header.tiles, " tiles"));
  return Walk(header).Run();
}

}  // namespace vitrine::dicom
