#include <charls/charls.h>
#include <openjpeg-2.5/openjpeg.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "dicom/codec/testing/encoders.h"

namespace vitrine::dicom::testing {
namespace {

// OpenJPEG's stream into a vector; it seeks back to fill in lengths.
struct Sink {
  Codestream bytes;
  size_t position = 0;
};

OPJ_SIZE_T Write(void* source, OPJ_SIZE_T count, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  sink.bytes.resize(std::max(sink.bytes.size(), sink.position + count));
  std::memcpy(&sink.bytes[sink.position], source, count);
  sink.position += count;
  return count;
}

OPJ_OFF_T Skip(OPJ_OFF_T count, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  sink.position += count;
  sink.bytes.resize(std::max(sink.bytes.size(), sink.position));
  return count;
}

OPJ_BOOL Seek(OPJ_OFF_T position, void* user) {
  static_cast<Sink*>(user)->position = position;
  return OPJ_TRUE;
}

void Check(bool good) {
  if (!good) std::abort();
}

opj_image_t* ToImage(const Picture& picture, bool subsample) {
  std::vector<opj_image_cmptparm_t> parameters(picture.components);
  for (int i = 0; i < picture.components; ++i) {
    const bool half = subsample && i > 0;
    parameters[i] = {};
    parameters[i].dx = half ? 2 : 1;
    parameters[i].dy = 1;
    parameters[i].w = half ? (picture.columns + 1) / 2 : picture.columns;
    parameters[i].h = picture.rows;
    parameters[i].prec = picture.precision;
    parameters[i].sgnd = picture.is_signed;
  }
  opj_image_t* const image = opj_image_create(picture.components, parameters.data(),
                                              picture.components == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB);
  Check(image != nullptr);
  image->x1 = picture.columns;
  image->y1 = picture.rows;
  for (int component = 0; component < picture.components; ++component) {
    const opj_image_comp_t& target = image->comps[component];
    for (int row = 0; row < picture.rows; ++row) {
      for (OPJ_UINT32 column = 0; column < target.w; ++column) {
        const size_t pixel = size_t{1} * row * picture.columns + column * target.dx;
        target.data[row * target.w + column] = picture.samples[pixel * picture.components + component];
      }
    }
  }
  return image;
}

}  // namespace

Codestream EncodeJpegLs(const Picture& picture, int interleave, int near_lossless, bool hp1_transformation) {
  charls_jpegls_encoder* const encoder = charls_jpegls_encoder_create();
  const charls_frame_info frame = {static_cast<uint32_t>(picture.columns), static_cast<uint32_t>(picture.rows),
                                   picture.precision, picture.components};
  const auto check = [](charls_jpegls_errc code) { Check(code == charls::jpegls_errc::success); };
  check(charls_jpegls_encoder_set_frame_info(encoder, &frame));
  check(charls_jpegls_encoder_set_near_lossless(encoder, near_lossless));
  check(charls_jpegls_encoder_set_interleave_mode(encoder, static_cast<charls_interleave_mode>(interleave)));
  if (hp1_transformation) {
    check(charls_jpegls_encoder_set_color_transformation(encoder, charls::color_transformation::hp1));
  }
  Codestream result(picture.samples.size() * 4 + 1024);
  check(charls_jpegls_encoder_set_destination_buffer(encoder, result.data(), result.size()));
  Picture ordered = picture;
  if (interleave == 0) {
    const size_t pixels = picture.samples.size() / picture.components;
    for (size_t i = 0; i < picture.samples.size(); ++i) {
      ordered.samples[i % picture.components * pixels + i / picture.components] = picture.samples[i];
    }
  }
  const std::vector<uint8_t> bytes = ordered.Bytes();
  check(charls_jpegls_encoder_encode_from_buffer(encoder, bytes.data(), bytes.size(), 0));
  size_t written = 0;
  check(charls_jpegls_encoder_get_bytes_written(encoder, &written));
  result.resize(written);
  charls_jpegls_encoder_destroy(encoder);
  return result;
}

Codestream EncodeJpeg2000(const Picture& picture, const Jpeg2000Options& options) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_rates[0] = options.ratio;
  parameters.irreversible = options.ratio > 1;
  parameters.tcp_mct = options.component_transformation;
  parameters.numresolution = 3;
  parameters.tile_size_on = options.tile_size > 0;
  parameters.cp_tdx = parameters.cp_tdy = options.tile_size;
  opj_image_t* const image = ToImage(picture, options.subsample);
  opj_codec_t* const codec = opj_create_compress(options.jp2 ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
  opj_stream_t* const stream = opj_stream_create(4096, OPJ_FALSE);
  Sink sink;
  opj_stream_set_user_data(stream, &sink, nullptr);
  opj_stream_set_write_function(stream, Write);
  opj_stream_set_skip_function(stream, Skip);
  opj_stream_set_seek_function(stream, Seek);
  Check(opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, stream) &&
        opj_encode(codec, stream) && opj_end_compress(codec, stream));
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  return sink.bytes;
}

Codestream Deflate(const std::vector<uint8_t>& bytes) {
  z_stream stream = {};
  constexpr int kRawDeflate = -15;
  Check(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kRawDeflate, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  Codestream result(deflateBound(&stream, bytes.size()));
  stream.next_in = const_cast<uint8_t*>(bytes.data());
  stream.avail_in = bytes.size();
  stream.next_out = result.data();
  stream.avail_out = result.size();
  Check(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

std::vector<std::vector<uint8_t>> RleSegments(const Picture& picture) {
  const std::vector<uint8_t> bytes = picture.Bytes();
  const size_t bytes_per_sample = bytes.size() / picture.samples.size();
  std::vector<std::vector<uint8_t>> segments(picture.components * bytes_per_sample);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const size_t sample = i / bytes_per_sample % picture.components;
    const size_t from_most_significant = bytes_per_sample - 1 - i % bytes_per_sample;
    segments[sample * bytes_per_sample + from_most_significant].push_back(bytes[i]);
  }
  return segments;
}

Codestream EncodeRle(const std::vector<std::vector<uint8_t>>& segments) {
  Codestream result(64);
  const auto put_word = [&result](size_t index, size_t value) {
    for (int i = 0; i < 4; ++i) result[index * 4 + i] = value >> (8 * i);
  };
  put_word(0, segments.size());
  for (size_t number = 0; number < segments.size(); ++number) {
    put_word(number + 1, result.size());
    const std::vector<uint8_t>& bytes = segments[number];
    for (size_t i = 0; i < bytes.size();) {
      size_t run = 1;
      while (run < 128 && i + run < bytes.size() && bytes[i + run] == bytes[i]) ++run;
      if (run > 1) {
        result.push_back(static_cast<uint8_t>(257 - run));
        result.push_back(bytes[i]);
        i += run;
        continue;
      }
      size_t literal = 1;
      while (literal < 128 && i + literal < bytes.size() && bytes[i + literal] != bytes[i + literal - 1]) ++literal;
      result.push_back(static_cast<uint8_t>(literal - 1));
      result.insert(result.end(), bytes.begin() + i, bytes.begin() + i + literal);
      i += literal;
    }
    if (result.size() % 2 != 0) result.push_back(0x80);
  }
  return result;
}

}  // namespace vitrine::dicom::testing
