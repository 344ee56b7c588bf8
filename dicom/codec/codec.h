#ifndef VITRINE_DICOM_CODEC_CODEC_H_
#define VITRINE_DICOM_CODEC_CODEC_H_

// One compressed (or native) frame -> its samples. A transfer syntax is one function and one row of the table in
// codec.cc.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/operation.h"
#include "dicom/limits.h"

namespace vitrine::dicom {

// The Image Pixel module (PS3.3 C.7.6.3) as the data set states it, already checked against Limits.
struct PixelFormat {
  int Rows = 0;
  int Columns = 0;
  int SamplesPerPixel = 1;
  int BitsAllocated = 8;  // 1, 8, 16, 32 or 64.
  int BitsStored = 8;
  int HighBit = 7;
  bool is_signed = false;  // Pixel Representation 1.
  bool is_float = false;   // Float (32) or Double Float (64) Pixel Data.
  bool is_ow = false;  // Value representation OW: Explicit VR Big Endian swaps bytes in pairs whatever BitsAllocated.
  int PlanarConfiguration = 0;
  std::string PhotometricInterpretation;
};

// Samples as they were stored, one container of `bytes_per_sample` each (native byte order), pixel-interleaved, top row
// first, every sample of every pixel (subsampled chroma is expanded). Bits outside the significant ones may hold
// anything. BitsAllocated 1 is unpacked to one byte a sample (0 or 1).
struct RawFrame {
  int rows = 0;
  int columns = 0;
  int samples_per_pixel = 1;
  int bytes_per_sample = 1;  // 1, 2, 4 or 8.

  // What the codestream says where it knows better than the data set (PS3.5 8.2.1): the colour model of the samples
  // after decoding ("RGB", "YBR_FULL", "MONOCHROME2" ...; YBR_PARTIAL_422 means its value range, not its layout) and
  // their significant bits: `bits_stored` of them, the topmost at `high_bit`.
  std::string photometric_interpretation;
  int bits_stored = 8;
  int high_bit = 7;

  std::vector<uint8_t> samples;
};

// One frame to decode; refers to the caller's data. `bytes` is the whole frame: joined fragments, or for native
// syntaxes the frame's bytes. `first_bit` bits of native data precede the first pixel: 1-bit frames start inside a
// byte, and what is swapped in pairs (`is_ow`) must be handed over from an even offset of the value to an even offset.
struct CodedFrame {
  absl::Span<const uint8_t> bytes;
  int first_bit = 0;
  const PixelFormat& format;
  const Limits& limits;
  const Operation& operation;
};

// kBadInstance or kUnsupported for a data set that describes no picture, kTooLarge over `limits`.
absl::Status CheckFormat(const PixelFormat& format, const Limits& limits);

// kTooLarge where a buffer of this size for one frame is over Limits::max_frame_bytes.
absl::Status CheckFrameBytes(uint64_t bytes, const Limits& limits);

// Size of one frame in a native transfer syntax, in bits; frames follow each other without padding (PS3.5 8.1.1).
// `format` must have passed CheckFormat().
uint64_t NativeFrameBits(const PixelFormat& format);

// Decodes one frame. kBadInstance where the codestream is broken or contradicts Rows, Columns or SamplesPerPixel in a
// way that would change the picture; kUnsupported for a transfer syntax without a row; kTooLarge over the limits;
// CANCELLED or DEADLINE_EXCEEDED once the operation is over: how soon that is noticed depends on the decoder.
// Thread-safe.
absl::StatusOr<RawFrame> DecodeFrame(absl::string_view transfer_syntax_uid, const CodedFrame& coded);

// Whether the table has a row for it.
bool IsSupported(absl::string_view transfer_syntax_uid);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_CODEC_H_
