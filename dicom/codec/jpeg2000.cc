#include "dicom/codec/jpeg2000.h"

#include <openjpeg-2.5/openjpeg.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/operation.h"
#include "base/status_macros.h"
#include "dicom/codec/jpeg2000_coding.h"
#include "dicom/codec/jpeg2000_header.h"

namespace vitrine::dicom {
namespace {

// opj_codec_t and opj_stream_t are both void.
struct DestroyCodec {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct DestroyStream {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct DestroyImage {
  void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};

// OpenJPEG's stream over bytes in memory, which ends early once the operation is over.
struct Source {
  absl::Span<const uint8_t> bytes;
  const Operation& operation;
  size_t position = 0;
};

// Bytes that OpenJPEG asks for at once.
constexpr size_t kStreamChunkBytes = 64 << 10;

OPJ_SIZE_T Read(void* target, OPJ_SIZE_T count, void* user) {
  Source& source = *static_cast<Source*>(user);
  const size_t available = std::min<size_t>(count, source.bytes.size() - source.position);
  if (available == 0 || !source.operation.Check().ok())
    return std::numeric_limits<OPJ_SIZE_T>::max();  // End of stream.
  std::memcpy(target, &source.bytes[source.position], available);
  source.position += available;
  return available;
}

OPJ_OFF_T Skip(OPJ_OFF_T count, void* user) {
  Source& source = *static_cast<Source*>(user);
  if (count < 0) return -1;
  const size_t available = std::min<size_t>(count, source.bytes.size() - source.position);
  source.position += available;
  return available == 0 && count > 0 ? -1 : static_cast<OPJ_OFF_T>(available);
}

OPJ_BOOL Seek(OPJ_OFF_T position, void* user) {
  Source& source = *static_cast<Source*>(user);
  if (position < 0 || static_cast<size_t>(position) > source.bytes.size()) return OPJ_FALSE;
  source.position = position;
  return OPJ_TRUE;
}

void KeepMessage(const char* message, void* user) {
  std::string& kept = *static_cast<std::string*>(user);
  if (kept.empty())
    kept = std::string(absl::StripSuffix(message, "\n").data(), absl::StripSuffix(message, "\n").size());
}

// One decoding. OpenJPEG is called in the order open, read header, decode.
class Decoding {
 public:
  Decoding(absl::Span<const uint8_t> bytes, const Operation& operation) : source_{bytes, operation} {}
  Decoding(const Decoding&) = delete;
  Decoding& operator=(const Decoding&) = delete;

  absl::Status ReadHeader() {
    codec_.reset(opj_create_decompress(OPJ_CODEC_J2K));
    stream_.reset(opj_stream_create(std::clamp<size_t>(source_.bytes.size(), 1, kStreamChunkBytes), OPJ_TRUE));
    if (codec_ == nullptr || stream_ == nullptr) return Failure("out of memory");
    opj_stream_set_user_data(stream_.get(), &source_, nullptr);
    opj_stream_set_user_data_length(stream_.get(), source_.bytes.size());
    opj_stream_set_read_function(stream_.get(), Read);
    opj_stream_set_skip_function(stream_.get(), Skip);
    opj_stream_set_seek_function(stream_.get(), Seek);
    opj_set_error_handler(codec_.get(), KeepMessage, &message_);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!opj_setup_decoder(codec_.get(), &parameters) || !opj_decoder_set_strict_mode(codec_.get(), OPJ_TRUE)) {
      return Failure("setup");
    }
    opj_image_t* image = nullptr;
    const bool is_read = opj_read_header(stream_.get(), codec_.get(), &image);
    image_.reset(image);
    return is_read && image != nullptr ? absl::OkStatus() : Failure("header");
  }

  absl::Status Decode() {
    const bool is_decoded =
        opj_decode(codec_.get(), stream_.get(), image_.get()) && opj_end_decompress(codec_.get(), stream_.get());
    return is_decoded ? absl::OkStatus() : Failure("decode");
  }

  bool HasComponentTransformation() const {
    opj_codestream_info_v2_t* info = opj_get_cstr_info(codec_.get());
    const bool has = info != nullptr && info->m_default_tile_info.mct != 0;
    opj_destroy_cstr_info(&info);
    return has;
  }

  const opj_image_t& image() const { return *image_; }

 private:
  absl::Status Failure(absl::string_view step) const {
    VITRINE_RETURN_IF_ERROR(source_.operation.Check());
    return BadCodestream("JPEG 2000", absl::StrCat(step, ": ", message_));
  }

  Source source_;
  std::string message_;
  std::unique_ptr<opj_codec_t, DestroyCodec> codec_;
  std::unique_ptr<opj_stream_t, DestroyStream> stream_;
  std::unique_ptr<opj_image_t, DestroyImage> image_;
};

// Writes the component to every `stride`-th container from `target` on.
template <typename Container>
void CopyComponent(const opj_image_comp_t& component, int rows, int columns, int stride, Container* target) {
  const bool is_full = component.w == static_cast<OPJ_UINT32>(columns) && component.h == static_cast<OPJ_UINT32>(rows);
  for (int64_t row = 0; row < rows; ++row) {
    const OPJ_UINT32 component_row = is_full ? row : std::min<OPJ_UINT32>(row / component.dy, component.h - 1);
    const OPJ_INT32* const source = component.data + size_t{component_row} * component.w;
    for (int column = 0; column < columns; ++column, target += stride) {
      const OPJ_UINT32 i = is_full ? column : std::min<OPJ_UINT32>(column / component.dx, component.w - 1);
      *target = static_cast<Container>(source[i]);
    }
  }
}

absl::Status CopySamples(const opj_image_t& image, const Operation& operation, RawFrame& frame) {
  if (image.numcomps != static_cast<OPJ_UINT32>(frame.samples_per_pixel)) {
    return BadCodestream("JPEG 2000", "number of components");
  }
  for (int i = 0; i < frame.samples_per_pixel; ++i) {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    const opj_image_comp_t& component = image.comps[i];
    if (component.data == nullptr || component.w == 0 || component.h == 0 || component.dx == 0 || component.dy == 0) {
      return BadCodestream("JPEG 2000", "a component is missing");
    }
    uint8_t* const target = frame.samples.data() + i * frame.bytes_per_sample;
    const int stride = frame.samples_per_pixel;
    switch (frame.bytes_per_sample) {
      case 1: CopyComponent(component, frame.rows, frame.columns, stride, target); break;
      case 2: CopyComponent(component, frame.rows, frame.columns, stride, reinterpret_cast<uint16_t*>(target)); break;
      case 4: CopyComponent(component, frame.rows, frame.columns, stride, reinterpret_cast<uint32_t*>(target)); break;
    }
  }
  return absl::OkStatus();
}

// Without a transformation in the codestream, samples that claim one are RGB: encoders write YBR_ICT and YBR_RCT
// without transforming.
std::string ColorModel(const std::string& declared, bool has_component_transformation) {
  if (has_component_transformation || declared == "YBR_ICT" || declared == "YBR_RCT") return "RGB";
  return std::string(WithoutSubsampling(declared));
}

// OpenJPEG decodes to 32-bit planes. Of a picture in tiles it has those of one tile beside those of the picture.
absl::Status CheckPlanes(const Jpeg2000Header& header, const Limits& limits) {
  const uint64_t picture = static_cast<uint64_t>(header.frame.rows) * static_cast<uint64_t>(header.frame.columns);
  const uint64_t pixels = picture + (header.tiles > 1 ? header.tile_pixels : 0);
  return CheckFrameBytes(sizeof(OPJ_INT32) * pixels * static_cast<uint64_t>(header.frame.components), limits);
}

}  // namespace

absl::StatusOr<RawFrame> DecodeJpeg2000(const CodedFrame& coded) {
  VITRINE_ASSIGN_OR_RETURN(const Jpeg2000Header header, ReadJpeg2000Header(coded.bytes));
  VITRINE_ASSIGN_OR_RETURN(RawFrame frame, NewFrame(coded, header.frame));
  VITRINE_RETURN_IF_ERROR(CheckPlanes(header, coded.limits));
  VITRINE_RETURN_IF_ERROR(CheckCodingEffort(header));
  Decoding decoding(header.codestream, coded.operation);
  VITRINE_RETURN_IF_ERROR(decoding.ReadHeader());
  const bool has_component_transformation = frame.samples_per_pixel == 3 && decoding.HasComponentTransformation();
  VITRINE_RETURN_IF_ERROR(decoding.Decode());
  VITRINE_RETURN_IF_ERROR(CopySamples(decoding.image(), coded.operation, frame));
  frame.photometric_interpretation = ColorModel(coded.format.PhotometricInterpretation, has_component_transformation);
  return frame;
}

}  // namespace vitrine::dicom
