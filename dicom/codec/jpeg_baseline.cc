#include "dicom/codec/jpeg_baseline.h"

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// libjpeg's headers need those above, and each other in this order.
// clang-format off
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include "base/operation.h"
#include "base/status_macros.h"

namespace vitrine::dicom {
namespace {

// libjpeg's error handler. Its first member must stay the library's struct: the library hands back a pointer to it.
struct ErrorHandler {
  jpeg_error_mgr manager;
  std::jmp_buf failed;
  bool is_cut_short = false;
  char message[JMSG_LENGTH_MAX] = "";
};

// As with the error handler, the library's struct comes first.
struct Progress {
  jpeg_progress_mgr manager;
  const Operation* operation;
};

ErrorHandler& HandlerOf(j_common_ptr info) { return *reinterpret_cast<ErrorHandler*>(info->err); }

[[noreturn]] void OnError(j_common_ptr info) {
  ErrorHandler& handler = HandlerOf(info);
  handler.manager.format_message(info, handler.message);
  std::longjmp(handler.failed, 1);
}

// The library goes on after a warning, with grey where data are missing; this does not.
void OnMessage(j_common_ptr info, int level) {
  if (level >= 0) return;
  ErrorHandler& handler = HandlerOf(info);
  switch (handler.manager.msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_MUST_RESYNC: OnError(info);
    case JWRN_JPEG_EOF: handler.is_cut_short = true; break;
  }
}

void IgnoreOutput(j_common_ptr) {}

// Called for every row of every scan.
void OnProgress(j_common_ptr info) {
  const Progress& progress = *reinterpret_cast<const Progress*>(info->progress);
  if (!progress.operation->Check().ok()) std::longjmp(HandlerOf(info).failed, 1);
}

class Decompressor {
 public:
  explicit Decompressor(const Operation& operation) {
    progress_.manager.progress_monitor = OnProgress;
    progress_.operation = &operation;
    info_.err = jpeg_std_error(&handler_.manager);
    handler_.manager.error_exit = OnError;
    handler_.manager.emit_message = OnMessage;
    handler_.manager.output_message = IgnoreOutput;
  }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  ~Decompressor() { jpeg_destroy_decompress(&info_); }

  // Decodes to frame->samples. False on an error of the library, or where the operation is over. No object with a
  // destructor may live here: errors leave by longjmp.
  bool Run(absl::Span<const uint8_t> codestream, bool is_ycc, RawFrame* frame) {
    if (setjmp(handler_.failed) != 0) return false;
    jpeg_create_decompress(&info_);
    info_.progress = &progress_.manager;
    jpeg_mem_src(&info_, codestream.data(), codestream.size());
    jpeg_read_header(&info_, TRUE);
    info_.jpeg_color_space = is_ycc ? JCS_YCbCr : JCS_UNKNOWN;
    info_.out_color_space = is_ycc ? JCS_RGB : JCS_UNKNOWN;
    jpeg_start_decompress(&info_);
    if (!Fits(*frame)) return false;
    const size_t row_bytes = size_t{info_.output_width} * info_.output_components;
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW row = frame->samples.data() + info_.output_scanline * row_bytes;
      jpeg_read_scanlines(&info_, &row, 1);
    }
    jpeg_finish_decompress(&info_);
    return true;
  }

  const ErrorHandler& handler() const { return handler_; }

 private:
  // The library has read the frame header by itself: what it writes must be what was allocated.
  bool Fits(const RawFrame& frame) const {
    return info_.output_height == static_cast<JDIMENSION>(frame.rows) &&
           info_.output_width == static_cast<JDIMENSION>(frame.columns) &&
           info_.output_components == frame.samples_per_pixel && frame.bytes_per_sample == 1;
  }

  jpeg_decompress_struct info_ = {};
  Progress progress_ = {};
  ErrorHandler handler_ = {};
};

}  // namespace

absl::StatusOr<RawFrame> DecodeJpegBaseline(const CodedFrame& coded, const JpegHeader& header) {
  VITRINE_ASSIGN_OR_RETURN(RawFrame frame, NewFrame(coded, header.frame));
  const bool is_ycc = IsYcc(header, coded.format.PhotometricInterpretation);
  Decompressor decompressor(coded.operation);
  const bool finished = decompressor.Run(coded.bytes, is_ycc, &frame);
  VITRINE_RETURN_IF_ERROR(coded.operation.Check());
  const ErrorHandler& handler = decompressor.handler();
  if (!finished) return BadCodestream("JPEG", handler.message);
  // With one Huffman-coded scan, every coefficient was there if none was reported missing.
  if (handler.is_cut_short && (header.multiple_scans || header.is_arithmetic))
    return BadCodestream("JPEG", "a scan is missing");
  if (header.frame.components == 3) frame.photometric_interpretation = "RGB";
  return frame;
}

}  // namespace vitrine::dicom
