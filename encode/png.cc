#include "encode/png.h"

#include <libdeflate.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "encode/png_filter.h"

namespace vitrine::encode {
namespace {

// Measured: the fastest level stays within a tenth of the size by libspng's default on pictures with noise, such as CT
// slices. It falls up to a third behind where the stream shrinks below a quarter, and further where nothing but a
// pattern is left; there, thorough levels keep the tenth. `ratio`: the stream divided by what the fastest level makes
// of it.
constexpr int LevelFor(double ratio, int channels) {
  if (ratio < 3.8) return 1;
  if (ratio < 4.8 && channels == 1) return 2;
  return ratio < 19 ? 6 : 7;
}

// The ratio is estimated from pieces all over the stream, that together are an eighth of it.
constexpr size_t kPieces = 16;
constexpr size_t kPieceShare = 128;
constexpr size_t kSmallestSampledStream = size_t{64} << 10;  // Shorter ones are taken whole.

// Longer streams are cut into several IDAT chunks; the format's own limit is 2^31 - 1.
constexpr size_t kMaxChunkBytes = size_t{1} << 24;
constexpr size_t kChunkOverhead = 12;

struct CompressorDeleter {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};
using Compressor = std::unique_ptr<libdeflate_compressor, CompressorDeleter>;

void AppendUint32(uint32_t value, std::string& png) {
  for (int shift = 24; shift >= 0; shift -= 8) png += static_cast<char>(value >> shift);
}

// Length, type, data and the checksum of type and data (clause 5.3).
void AppendChunk(absl::string_view type, absl::string_view data, std::string& png) {
  AppendUint32(static_cast<uint32_t>(data.size()), png);
  const size_t checked = png.size();
  png.append(type.data(), type.size());
  png.append(data.data(), data.size());
  AppendUint32(libdeflate_crc32(0, png.data() + checked, png.size() - checked), png);
}

std::string HeaderData(const image::Raster& raster) {
  constexpr char kGreyscale = 0;
  constexpr char kTruecolour = 2;
  std::string data;
  AppendUint32(raster.width, data);
  AppendUint32(raster.height, data);
  data += static_cast<char>(raster.bits);
  data += raster.channels == 1 ? kGreyscale : kTruecolour;
  data.append(3, '\0');  // Deflate, adaptive filters, no interlace.
  return data;
}

// Copies a row; 16-bit samples become big-endian.
void CopyRow(const uint8_t* row, size_t size, int bits, uint8_t* out) {
  if (bits == 8 || std::endian::native == std::endian::big) {
    std::memcpy(out, row, size);
    return;
  }
  for (size_t i = 0; i < size; i += 2) {
    out[i] = row[i + 1];
    out[i + 1] = row[i];
  }
}

// The stream to compress: every row filtered, its filter type before it. Rows pass through padded copies, so that the
// pixel left of the first one is there and zero.
std::unique_ptr<uint8_t[]> FilterRows(const image::Raster& raster) {
  const size_t row_bytes = raster.row_bytes();
  auto filtered = std::make_unique_for_overwrite<uint8_t[]>((row_bytes + 1) * raster.height + kRowPadding);
  std::vector<uint8_t> rows(2 * row_bytes + 3 * kRowPadding);
  uint8_t* row = rows.data() + kRowPadding;
  uint8_t* previous = row + row_bytes + kRowPadding;
  for (int y = 0; y < raster.height; ++y) {
    CopyRow(raster.samples.data() + y * row_bytes, row_bytes, raster.bits, row);
    FilterRow(row, previous, row_bytes, raster.channels * raster.bits / 8, filtered.get() + y * (row_bytes + 1));
    std::swap(row, previous);
  }
  return filtered;
}

struct Compressed {
  std::unique_ptr<char[]> bytes;
  size_t size = 0;
};

absl::StatusOr<Compressed> CompressAt(int level, const uint8_t* stream, size_t stream_bytes) {
  const Compressor compressor(libdeflate_alloc_compressor(level));
  if (compressor == nullptr) return MakeError(ErrorCategory::kInternal, "out of memory", "libdeflate");
  const size_t bound = libdeflate_zlib_compress_bound(compressor.get(), stream_bytes);
  Compressed compressed = {std::make_unique_for_overwrite<char[]>(bound)};
  compressed.size = libdeflate_zlib_compress(compressor.get(), stream, stream_bytes, compressed.bytes.get(), bound);
  if (compressed.size > 0) return compressed;
  return MakeError(ErrorCategory::kInternal, "the picture could not be encoded", "libdeflate: bound");
}

absl::StatusOr<double> EstimateRatio(const uint8_t* stream, size_t stream_bytes) {
  std::vector<uint8_t> pieces;
  if (stream_bytes >= kSmallestSampledStream) {
    for (size_t i = 0; i < kPieces; ++i) {
      const uint8_t* piece = stream + i * (stream_bytes / kPieces);
      pieces.insert(pieces.end(), piece, piece + stream_bytes / kPieceShare);
    }
    stream = pieces.data();
    stream_bytes = pieces.size();
  }
  VITRINE_ASSIGN_OR_RETURN(const Compressed compressed, CompressAt(1, stream, stream_bytes));
  return static_cast<double>(stream_bytes) / static_cast<double>(compressed.size);
}

absl::StatusOr<Compressed> Compress(const uint8_t* stream, size_t stream_bytes, int channels) {
  VITRINE_ASSIGN_OR_RETURN(const double ratio, EstimateRatio(stream, stream_bytes));
  return CompressAt(LevelFor(ratio, channels), stream, stream_bytes);
}

}  // namespace

absl::StatusOr<std::string> EncodePng(const image::Raster& raster) {
  const std::unique_ptr<uint8_t[]> filtered = FilterRows(raster);
  VITRINE_ASSIGN_OR_RETURN(const Compressed compressed,
                           Compress(filtered.get(), (raster.row_bytes() + 1) * raster.height, raster.channels));
  const size_t size = compressed.size;

  constexpr absl::string_view kSignature = "\x89PNG\r\n\x1a\n";
  const std::string header = HeaderData(raster);
  std::string png;
  // Exactly what is needed: it may live in a cache that counts its size.
  const size_t data_chunks = (size + kMaxChunkBytes - 1) / kMaxChunkBytes;
  png.reserve(kSignature.size() + header.size() + size + (data_chunks + 2) * kChunkOverhead);
  png.append(kSignature.data(), kSignature.size());
  AppendChunk("IHDR", header, png);
  for (size_t begin = 0; begin < size; begin += kMaxChunkBytes) {
    AppendChunk("IDAT", {compressed.bytes.get() + begin, std::min(kMaxChunkBytes, size - begin)}, png);
  }
  AppendChunk("IEND", "", png);
  return png;
}

}  // namespace vitrine::encode
