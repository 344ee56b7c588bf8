#include "encode/decode_for_test.h"

// jpeglib.h needs the declarations before it.
// clang-format off
#include <stdio.h>
#include <jpeglib.h>
// clang-format on

#include <png.h>
#include <spng.h>

#include <csetjmp>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace vitrine::encode {
namespace {

image::Raster Sized(int width, int height, int channels, int bits) {
  image::Raster raster{width, height, channels, bits, {}};
  raster.samples.resize(raster.row_bytes() * height);
  return raster;
}

void ReadFromView(png_structp png, png_bytep out, size_t size) {
  auto* const rest = static_cast<absl::string_view*>(png_get_io_ptr(png));
  if (size > rest->size()) png_error(png, "the file ends early");
  std::memcpy(out, rest->data(), size);
  rest->remove_prefix(size);
}

// The rows stay libpng's; null when it fails. Nothing here needs a destructor.
bool ReadPng(png_structp png, png_infop info, absl::string_view* file) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_read_fn(png, file, ReadFromView);
  png_read_png(png, info, PNG_TRANSFORM_SWAP_ENDIAN, nullptr);
  return true;
}

void Fail(png_structp png, png_const_charp) { png_longjmp(png, 1); }

struct JpegErrors : jpeg_error_mgr {
  std::jmp_buf on_error;
};

void FailJpeg(j_common_ptr common) { std::longjmp(static_cast<JpegErrors*>(common->err)->on_error, 1); }

bool ReadJpeg(jpeg_decompress_struct& jpeg, JpegErrors& errors, absl::string_view file, image::Raster& raster) {
  if (setjmp(errors.on_error) != 0) return false;
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_read_header(&jpeg, TRUE);
  jpeg_start_decompress(&jpeg);
  raster = Sized(jpeg.output_width, jpeg.output_height, jpeg.output_components, 8);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = raster.samples.data() + jpeg.output_scanline * raster.row_bytes();
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_decompress(&jpeg);
  return true;
}

}  // namespace

image::Raster DecodeWithLibpng(absl::string_view file) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, Fail, Fail);
  png_infop info = png_create_info_struct(png);
  image::Raster raster;
  if (ReadPng(png, info, &file) && file.empty()) {
    raster = Sized(png_get_image_width(png, info), png_get_image_height(png, info), png_get_channels(png, info),
                   png_get_bit_depth(png, info));
    const png_bytepp rows = png_get_rows(png, info);
    for (int y = 0; y < raster.height; ++y) {
      std::memcpy(raster.samples.data() + y * raster.row_bytes(), rows[y], raster.row_bytes());
    }
  }
  png_destroy_read_struct(&png, &info, nullptr);
  return raster;
}

image::Raster DecodeWithSpng(absl::string_view file) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context(spng_ctx_new(0), spng_ctx_free);
  spng_set_png_buffer(context.get(), file.data(), file.size());
  spng_ihdr header;
  size_t size = 0;
  if (spng_get_ihdr(context.get(), &header) != 0) return {};
  if (spng_decoded_image_size(context.get(), SPNG_FMT_PNG, &size) != 0) return {};
  image::Raster raster =
      Sized(header.width, header.height, header.color_type == SPNG_COLOR_TYPE_TRUECOLOR ? 3 : 1, header.bit_depth);
  if (size != raster.samples.size()) return {};
  if (spng_decode_image(context.get(), raster.samples.data(), size, SPNG_FMT_PNG, 0) != 0) return {};
  if (spng_decode_chunks(context.get()) != 0) return {};
  return raster;
}

std::string EncodeWithSpng(const image::Raster& raster) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context(spng_ctx_new(SPNG_CTX_ENCODER), spng_ctx_free);
  spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header = {};
  header.width = raster.width;
  header.height = raster.height;
  header.bit_depth = raster.bits;
  header.color_type = raster.channels == 1 ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_TRUECOLOR;
  spng_set_ihdr(context.get(), &header);
  spng_encode_image(context.get(), raster.samples.data(), raster.samples.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  size_t size = 0;
  int error = 0;
  const std::unique_ptr<void, void (*)(void*)> png(spng_get_png_buffer(context.get(), &size, &error), std::free);
  return png == nullptr ? "" : std::string(static_cast<const char*>(png.get()), size);
}

image::Raster DecodeWithLibjpeg(absl::string_view file) {
  jpeg_decompress_struct jpeg = {};
  JpegErrors errors = {};
  jpeg.err = jpeg_std_error(&errors);
  errors.error_exit = FailJpeg;
  image::Raster raster;
  const bool read = ReadJpeg(jpeg, errors, file, raster);
  jpeg_destroy_decompress(&jpeg);
  return read && errors.num_warnings == 0 ? raster : image::Raster();
}

LibjpegFile EncodeWithLibjpeg(const image::Raster& raster, int quality) {
  jpeg_compress_struct jpeg = {};
  jpeg_error_mgr errors = {};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = raster.width;
  jpeg.image_height = raster.height;
  jpeg.input_components = raster.channels;
  jpeg.in_color_space = raster.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  if (raster.channels == 3 && quality >= 90) {
    jpeg.comp_info[0].h_samp_factor = 1;
    jpeg.comp_info[0].v_samp_factor = 1;
  }
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(raster.samples.data() + jpeg.next_scanline * raster.row_bytes());
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return {{bytes, &std::free}, size};
}

}  // namespace vitrine::encode
