#include "encode/jpeg.h"

// jpeglib.h needs the declarations before it.
// clang-format off
#include <stdio.h>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <csetjmp>
#include <exception>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace vitrine::encode {
namespace {

// From this quality on, colour keeps its full resolution.
constexpr int kFullChromaQuality = 90;

// Where libjpeg writes: straight into the string that becomes the answer, which grows as needed. The base comes first,
// so that libjpeg's pointer to it is a pointer to the whole.
struct StringDestination : jpeg_destination_mgr {
  std::string bytes;

  explicit StringDestination(size_t expected) : jpeg_destination_mgr{} {
    bytes.resize(expected);
    init_destination = [](j_compress_ptr compress) { From(compress)->Offer(0); };
    empty_output_buffer = [](j_compress_ptr compress) -> boolean {
      if (!From(compress)->Grow()) ERREXIT1(compress, JERR_OUT_OF_MEMORY, 0);
      return TRUE;
    };
    term_destination = [](j_compress_ptr compress) {
      StringDestination* destination = From(compress);
      destination->bytes.resize(destination->bytes.size() - destination->free_in_buffer);
    };
  }

  static StringDestination* From(j_compress_ptr compress) { return static_cast<StringDestination*>(compress->dest); }

  void Offer(size_t used) {
    next_output_byte = reinterpret_cast<JOCTET*>(bytes.data()) + used;
    free_in_buffer = bytes.size() - used;
  }

  // libjpeg asks when the whole buffer is full. No exception may pass through its frames.
  bool Grow() noexcept {
    const size_t used = bytes.size();
    try {
      bytes.resize(2 * used);
    } catch (const std::exception&) {
      return false;
    }
    Offer(used);
    return true;
  }
};

struct ErrorManager : jpeg_error_mgr {
  std::jmp_buf on_error;
  char text[JMSG_LENGTH_MAX] = {};

  ErrorManager() : jpeg_error_mgr{} {
    jpeg_std_error(this);
    error_exit = [](j_common_ptr common) {
      auto* const self = static_cast<ErrorManager*>(common->err);
      self->format_message(common, self->text);
      std::longjmp(self->on_error, 1);
    };
    output_message = [](j_common_ptr) {};
  }
};

// Owns libjpeg's state. Everything with a destructor lives here, outside the frames that an error jumps over.
class Compressor {
 public:
  Compressor(const image::Raster& raster, size_t expected_bytes) : destination_(expected_bytes) {
    compress_.err = &errors_;
    if (raster.width % DCTSIZE != 0) padded_.resize(DCTSIZE * PaddedWidth(raster));
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor() { jpeg_destroy_compress(&compress_); }  // Harmless when nothing was created.

  // False: see error(). The only frame that an error returns to; it has no object to destroy.
  bool Run(const image::Raster& raster, int quality) {
    if (setjmp(errors_.on_error) != 0) return false;
    Start(raster, quality);
    raster.channels == 1 ? WriteBlocks(raster) : WriteRows(raster);
    jpeg_finish_compress(&compress_);
    return true;
  }

  const char* error() const { return errors_.text; }
  std::string& bytes() { return destination_.bytes; }

 private:
  void Start(const image::Raster& raster, int quality) {
    jpeg_create_compress(&compress_);
    compress_.dest = &destination_;
    compress_.image_width = raster.width;
    compress_.image_height = raster.height;
    compress_.input_components = raster.channels;
    compress_.in_color_space = raster.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&compress_);
    compress_.dct_method = JDCT_ISLOW;
    jpeg_set_quality(&compress_, quality, TRUE);
    if (raster.channels == 3) {
      const int luma_sampling = quality >= kFullChromaQuality ? 1 : 2;
      compress_.comp_info[0].h_samp_factor = luma_sampling;
      compress_.comp_info[0].v_samp_factor = luma_sampling;
    }
    compress_.raw_data_in = raster.channels == 1;
    jpeg_start_compress(&compress_, TRUE);
  }

  // Grey rows are the blocks' rows already: the way through scanlines copies them twice, sample by sample, for a sixth
  // of the whole time. Blocks over the right and bottom edge repeat the last sample, as libjpeg does for scanlines.
  void WriteBlocks(const image::Raster& raster) {
    JSAMPROW rows[DCTSIZE];
    JSAMPARRAY planes[1] = {rows};
    while (compress_.next_scanline < compress_.image_height) {
      const int first = static_cast<int>(compress_.next_scanline);
      for (int i = 0; i < DCTSIZE; ++i) rows[i] = BlockRow(raster, std::min(first + i, raster.height - 1), i);
      jpeg_write_raw_data(&compress_, planes, DCTSIZE);
    }
  }

  JSAMPROW BlockRow(const image::Raster& raster, int y, int row_of_block) {
    const uint8_t* const row = raster.samples.data() + y * raster.row_bytes();
    if (padded_.empty()) return const_cast<JSAMPROW>(row);  // Only read.
    uint8_t* const padded = padded_.data() + row_of_block * PaddedWidth(raster);
    std::fill(std::copy(row, row + raster.width, padded), padded + PaddedWidth(raster), row[raster.width - 1]);
    return padded;
  }

  static size_t PaddedWidth(const image::Raster& raster) {
    return (raster.width + DCTSIZE - 1) / DCTSIZE * size_t{DCTSIZE};
  }

  void WriteRows(const image::Raster& raster) {
    constexpr int kBatch = 16;  // One row of blocks, also with halved chroma.
    JSAMPROW rows[kBatch];
    while (compress_.next_scanline < compress_.image_height) {
      const int first = static_cast<int>(compress_.next_scanline);
      const int count = std::min(kBatch, raster.height - first);
      for (int i = 0; i < count; ++i) {
        rows[i] = const_cast<JSAMPROW>(raster.samples.data() + (first + i) * raster.row_bytes());  // Only read.
      }
      jpeg_write_scanlines(&compress_, rows, count);
    }
  }

  ErrorManager errors_;
  StringDestination destination_;
  std::vector<uint8_t> padded_;  // One row of blocks, where the raster's rows end within a block.
  jpeg_compress_struct compress_ = {};
};

}  // namespace

absl::StatusOr<std::string> EncodeJpeg(const image::Raster& raster, int quality) {
  if (raster.bits != 8) return MakeError(ErrorCategory::kInvalidRequest, "JPEG takes 8 bits a sample, no more");
  if (std::max(raster.width, raster.height) > JPEG_MAX_DIMENSION) {
    return MakeError(ErrorCategory::kInvalidRequest,
                     absl::StrCat("a JPEG picture is at most ", JPEG_MAX_DIMENSION, " pixels wide and high"));
  }
  if (quality < 1 || quality > 100) {
    return MakeError(ErrorCategory::kInvalidRequest, "the JPEG quality is a number from 1 to 100");
  }
  constexpr size_t kHeaderBytes = 1024;
  Compressor compressor(raster, raster.samples.size() / 4 + kHeaderBytes);
  if (!compressor.Run(raster, quality)) {
    return MakeError(ErrorCategory::kInternal, "the picture could not be encoded",
                     absl::StrCat("libjpeg: ", compressor.error()));
  }
  compressor.bytes().shrink_to_fit();  // It may live in a cache that counts its size.
  return std::move(compressor.bytes());
}

}  // namespace vitrine::encode
