#include "dicom/codec/jpeg2000_header.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/byte_order.h"

namespace vitrine::dicom {
namespace {

constexpr uint8_t kJp2Signature[] = {0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50};
constexpr uint32_t kCodestreamBox = 0x6A703263;  // "jp2c"
constexpr uint8_t kSocAndSiz[] = {0xFF, 0x4F, 0xFF, 0x51};

absl::Status Bad(absl::string_view detail) { return BadCodestream("JPEG 2000", detail); }

bool StartsWith(absl::Span<const uint8_t> bytes, absl::Span<const uint8_t> prefix) {
  return bytes.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

uint32_t BigUint32(const uint8_t* bytes) { return ReadUint32(bytes, /*big_endian=*/true); }

// The content of the first codestream box; empty where there is none.
absl::Span<const uint8_t> FindCodestream(absl::Span<const uint8_t> file) {
  while (file.size() >= 8) {
    uint64_t length = BigUint32(file.data());
    uint64_t header = 8;
    if (length == 1 && file.size() >= 16) {
      length = uint64_t{BigUint32(&file[8])} << 32 | BigUint32(&file[12]);
      header = 16;
    }
    const bool reaches_end = length == 0;
    if (!reaches_end && length < header) break;
    const uint64_t size = reaches_end ? file.size() : std::min<uint64_t>(length, file.size());
    if (BigUint32(&file[4]) == kCodestreamBox && size >= header) return file.subspan(header, size - header);
    file.remove_prefix(size);
  }
  return {};
}

struct Extent {
  uint32_t end;
  uint32_t begin;
  uint32_t tile_size;
  uint32_t tile_begin;

  bool IsValid() const {
    return begin < end && tile_size > 0 && tile_begin <= begin && uint64_t{tile_begin} + tile_size > begin;
  }
  uint64_t LargestTile() const { return std::min(tile_size, end - begin); }
  uint64_t Tiles() const { return (uint64_t{end} - tile_begin + tile_size - 1) / tile_size; }
};

}  // namespace

absl::StatusOr<Jpeg2000Header> ReadJpeg2000Header(absl::Span<const uint8_t> bytes) {
  Jpeg2000Header header;
  header.codestream = StartsWith(bytes, kJp2Signature) ? FindCodestream(bytes) : bytes;
  // Marker, length, capabilities, eight extents, number of components; then three bytes for each component.
  constexpr size_t kFixedBytes = sizeof(kSocAndSiz) + 2 + 2 + 8 * 4 + 2;
  if (!StartsWith(header.codestream, kSocAndSiz) || header.codestream.size() < kFixedBytes) return Bad("no SIZ");
  const uint8_t* const extents = &header.codestream[8];
  const auto read_extent = [extents](size_t axis) {
    return Extent{BigUint32(extents + 4 * axis), BigUint32(extents + 8 + 4 * axis), BigUint32(extents + 16 + 4 * axis),
                  BigUint32(extents + 24 + 4 * axis)};
  };
  const Extent horizontal = read_extent(0);
  const Extent vertical = read_extent(1);
  if (!horizontal.IsValid() || !vertical.IsValid()) return Bad("invalid image or tile size");
  header.frame.columns = int64_t{horizontal.end} - horizontal.begin;
  header.frame.rows = int64_t{vertical.end} - vertical.begin;
  header.tiles = horizontal.Tiles() * vertical.Tiles();
  header.tile_pixels = horizontal.LargestTile() * vertical.LargestTile();
  const uint32_t components = ReadUint16(&header.codestream[kFixedBytes - 2], /*big_endian=*/true);
  if (components == 0 || header.codestream.size() < kFixedBytes + size_t{3} * components) return Bad("short SIZ");
  header.frame.components = static_cast<int>(components);
  const uint8_t* const precisions = &header.codestream[kFixedBytes];
  header.frame.precision = (precisions[0] & 0x7F) + 1;
  for (uint32_t i = 1; i < components; ++i) {
    if ((precisions[3 * i] & 0x7F) + 1 != header.frame.precision) {
      return MakeError(ErrorCategory::kUnsupported, "The image's colour components differ in their sample size");
    }
  }
  return header;
}

}  // namespace vitrine::dicom
