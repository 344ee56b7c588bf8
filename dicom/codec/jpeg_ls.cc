#include "dicom/codec/jpeg_ls.h"

#include <charls/charls.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/codec/interleave.h"

namespace vitrine::dicom {
namespace {

// The C interface of CharLS throws nothing.
struct DestroyDecoder {
  void operator()(charls_jpegls_decoder* decoder) const { charls_jpegls_decoder_destroy(decoder); }
};
using DecoderHandle = std::unique_ptr<charls_jpegls_decoder, DestroyDecoder>;

absl::Status ToStatus(charls_jpegls_errc code) {
  if (code == charls::jpegls_errc::success) return absl::OkStatus();
  return BadCodestream("JPEG-LS", charls_get_error_message(code));
}

struct Header {
  charls_frame_info frame = {};
  charls_interleave_mode interleave_mode = charls::interleave_mode::none;
  charls_color_transformation color_transformation = charls::color_transformation::none;
};

absl::StatusOr<Header> ReadHeader(charls_jpegls_decoder* decoder, absl::Span<const uint8_t> bytes) {
  Header header;
  charls_spiff_header spiff;
  int32_t has_spiff = 0;
  VITRINE_RETURN_IF_ERROR(ToStatus(charls_jpegls_decoder_set_source_buffer(decoder, bytes.data(), bytes.size())));
  VITRINE_RETURN_IF_ERROR(ToStatus(charls_jpegls_decoder_read_spiff_header(decoder, &spiff, &has_spiff)));
  VITRINE_RETURN_IF_ERROR(ToStatus(charls_jpegls_decoder_read_header(decoder)));
  VITRINE_RETURN_IF_ERROR(ToStatus(charls_jpegls_decoder_get_frame_info(decoder, &header.frame)));
  VITRINE_RETURN_IF_ERROR(ToStatus(charls_jpegls_decoder_get_interleave_mode(decoder, &header.interleave_mode)));
  VITRINE_RETURN_IF_ERROR(
      ToStatus(charls_jpegls_decoder_get_color_transformation(decoder, &header.color_transformation)));
  return header;
}

// CharLS 2.4 reads zero bits for minutes where the data end without a marker. Gives such data the end-of-image marker
// that they lack, using `storage` for the copy.
absl::Span<const uint8_t> Terminated(absl::Span<const uint8_t> bytes, std::vector<uint8_t>& storage) {
  constexpr uint8_t kEndOfImage[] = {0xFF, 0xD9};
  constexpr size_t kPadding = 1;
  for (size_t padding = 0; padding <= kPadding && padding + 2 <= bytes.size(); ++padding) {
    const uint8_t* const end = bytes.data() + bytes.size() - padding;
    if (std::equal(end - 2, end, kEndOfImage)) return bytes;
  }
  storage.assign(bytes.begin(), bytes.end());
  storage.insert(storage.end(), std::begin(kEndOfImage), std::end(kEndOfImage));
  return storage;
}

absl::Status DecodeTo(charls_jpegls_decoder* decoder, absl::Span<uint8_t> samples) {
  size_t size = 0;
  VITRINE_RETURN_IF_ERROR(ToStatus(charls_jpegls_decoder_get_destination_size(decoder, 0, &size)));
  if (size != samples.size()) return BadCodestream("JPEG-LS", "unexpected frame size");
  return ToStatus(charls_jpegls_decoder_decode_to_buffer(decoder, samples.data(), samples.size(), 0));
}

}  // namespace

absl::StatusOr<RawFrame> DecodeJpegLs(const CodedFrame& coded) {
  VITRINE_RETURN_IF_ERROR(coded.operation.Check());
  const DecoderHandle decoder(charls_jpegls_decoder_create());
  if (decoder == nullptr) return MakeError(ErrorCategory::kInternal, "Out of memory");
  std::vector<uint8_t> storage;
  VITRINE_ASSIGN_OR_RETURN(const Header header, ReadHeader(decoder.get(), Terminated(coded.bytes, storage)));
  VITRINE_ASSIGN_OR_RETURN(RawFrame frame,
                           NewFrame(coded, {header.frame.height, header.frame.width, header.frame.component_count,
                                            header.frame.bits_per_sample}));
  if (header.interleave_mode == charls::interleave_mode::none && frame.samples_per_pixel > 1) {
    std::vector<uint8_t> planes(frame.samples.size());
    VITRINE_RETURN_IF_ERROR(DecodeTo(decoder.get(), absl::MakeSpan(planes)));
    InterleavePlanes(planes, frame.samples_per_pixel, frame.bytes_per_sample, absl::MakeSpan(frame.samples));
  } else {
    VITRINE_RETURN_IF_ERROR(DecodeTo(decoder.get(), absl::MakeSpan(frame.samples)));
  }
  VITRINE_RETURN_IF_ERROR(coded.operation.Check());
  frame.photometric_interpretation = header.color_transformation == charls::color_transformation::none
                                         ? std::string(WithoutSubsampling(coded.format.PhotometricInterpretation))
                                         : "RGB";
  return frame;
}

}  // namespace vitrine::dicom
