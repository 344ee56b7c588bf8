#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <type_traits>
// libjpeg's header needs those above.
#include <jpeglib.h>

#include "dcmtk/config/osconfig.h"
// DCMTK's headers need its configuration first.
#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djeijg12.h"
#include "dcmtk/dcmjpeg/djeijg16.h"
#include "dcmtk/dcmjpeg/djeijg8.h"
#include "dicom/codec/testing/encoders.h"

namespace vitrine::dicom::testing {
namespace {

void SetColor(jpeg_compress_struct& info, JpegColor color) {
  const bool is_ycc = color == JpegColor::kYccJfif || color == JpegColor::kYccBare || color == JpegColor::kYccAdobe;
  jpeg_set_colorspace(&info, is_ycc ? JCS_YCbCr : JCS_RGB);
  info.write_JFIF_header = color == JpegColor::kYccJfif;
  info.write_Adobe_marker = color == JpegColor::kYccAdobe || color == JpegColor::kRgbAdobe;
  if (color == JpegColor::kRgbAdobe || color == JpegColor::kRgbBare) {
    for (int i = 0; i < 3; ++i) info.comp_info[i].component_id = i + 1;
  }
}

const DJCodecParameter& Parameter() {
  static const auto& parameter =
      *new DJCodecParameter(ECC_lossyYCbCr, EDC_never, EUC_never, EPC_colorByPixel, OFFalse, OFFalse, OFFalse, OFTrue);
  return parameter;
}

Codestream Encode(DJEncoder& encoder, const Picture& picture) {
  std::vector<uint8_t> bytes = picture.Bytes();
  const EP_Interpretation color = picture.components == 1 ? EPI_Monochrome2 : EPI_RGB;
  Uint8* encoded = nullptr;
  Uint32 length = 0;
  const OFCondition condition =
      encoder.bytesPerSample() == 1
          ? encoder.encode(picture.columns, picture.rows, color, picture.components, bytes.data(), encoded, length)
          : encoder.encode(picture.columns, picture.rows, color, picture.components,
                           reinterpret_cast<Uint16*>(bytes.data()), encoded, length);
  if (condition.bad()) std::abort();
  const std::unique_ptr<Uint8[]> owner(encoded);
  return Codestream(encoded, encoded + length);
}

}  // namespace

Codestream EncodeJpeg(const Picture& picture, const JpegOptions& options) {
  jpeg_compress_struct info = {};
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* encoded = nullptr;
  unsigned long length = 0;
  jpeg_mem_dest(&info, &encoded, &length);
  info.image_width = picture.columns;
  info.image_height = picture.rows;
  info.input_components = picture.components;
  info.in_color_space = picture.components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  if (picture.components == 3) SetColor(info, options.color);
  jpeg_set_quality(&info, options.quality, TRUE);
  info.comp_info[0].h_samp_factor = options.subsample ? 2 : 1;
  info.comp_info[0].v_samp_factor = 1;
  if (options.progressive) jpeg_simple_progression(&info);
  info.arith_code = options.arithmetic;
  jpeg_start_compress(&info, TRUE);
  std::vector<uint8_t> bytes = picture.Bytes();
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = &bytes[size_t{info.next_scanline} * picture.columns * picture.components];
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  const Codestream result(encoded, encoded + length);
  jpeg_destroy_compress(&info);
  std::free(encoded);
  return result;
}

Codestream EncodeJpegLossless(const Picture& picture, int selection_value) {
  if (picture.precision <= 8) {
    DJCompressIJG8Bit encoder(Parameter(), EJM_lossless, selection_value, 0);
    return Encode(encoder, picture);
  }
  if (picture.precision <= 12) {
    DJCompressIJG12Bit encoder(Parameter(), EJM_lossless, selection_value, 0);
    return Encode(encoder, picture);
  }
  DJCompressIJG16Bit encoder(Parameter(), EJM_lossless, selection_value, 0);
  return Encode(encoder, picture);
}

Codestream EncodeJpeg12(const Picture& picture, Jpeg12Process process) {
  const EJ_Mode mode = process == Jpeg12Process::kExtended            ? EJM_sequential
                       : process == Jpeg12Process::kSpectralSelection ? EJM_spectralSelection
                                                                      : EJM_progressive;
  DJCompressIJG12Bit encoder(Parameter(), mode, Uint8{100});
  return Encode(encoder, picture);
}

}  // namespace vitrine::dicom::testing
