#include "dicom/codec/deflated_frame.h"

#include <libdeflate.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/codec/native.h"

namespace vitrine::dicom {
namespace {

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

}  // namespace

absl::StatusOr<RawFrame> DecodeDeflatedFrame(const CodedFrame& coded) {
  VITRINE_RETURN_IF_ERROR(coded.operation.Check());
  const uint64_t frame_bytes = (NativeFrameBits(coded.format) + 7) / 8;
  if (frame_bytes > coded.limits.max_inflated_bytes) {
    return MakeError(ErrorCategory::kTooLarge, "A frame of the image is larger than this service decodes",
                     absl::StrCat(frame_bytes, " bytes inflated"));
  }
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(libdeflate_alloc_decompressor());
  if (decompressor == nullptr) return MakeError(ErrorCategory::kInternal, "Out of memory");
  std::vector<uint8_t> inflated(frame_bytes + 1);
  size_t size = 0;
  const libdeflate_result result = libdeflate_deflate_decompress(
      decompressor.get(), coded.bytes.data(), coded.bytes.size(), inflated.data(), inflated.size(), &size);
  if (result != LIBDEFLATE_SUCCESS) return BadCodestream("deflated", absl::StrCat("libdeflate result ", result));
  return DecodeNative({absl::MakeConstSpan(inflated).first(size), 0, coded.format, coded.limits, coded.operation});
}

}  // namespace vitrine::dicom
