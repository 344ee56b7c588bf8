#ifndef VITRINE_ENCODE_FFMPEG_H_
#define VITRINE_ENCODE_FFMPEG_H_

// FFmpeg's libraries as functions that are found at run time: a service that encodes no video neither needs them nor
// pays for them.

#include <string>

#include "absl/status/statusor.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace vitrine::encode {

// Functions by their own names.
struct Ffmpeg {
  decltype(&::avutil_version) avutil_version = nullptr;
  decltype(&::av_log_set_level) av_log_set_level = nullptr;
  decltype(&::av_strerror) av_strerror = nullptr;
  decltype(&::av_malloc) av_malloc = nullptr;
  decltype(&::av_free) av_free = nullptr;
  decltype(&::av_d2q) av_d2q = nullptr;
  decltype(&::av_dict_set) av_dict_set = nullptr;
  decltype(&::av_dict_free) av_dict_free = nullptr;
  decltype(&::av_frame_alloc) av_frame_alloc = nullptr;
  decltype(&::av_frame_free) av_frame_free = nullptr;
  decltype(&::av_frame_get_buffer) av_frame_get_buffer = nullptr;
  decltype(&::av_frame_make_writable) av_frame_make_writable = nullptr;

  decltype(&::avcodec_version) avcodec_version = nullptr;
  decltype(&::avcodec_find_encoder_by_name) avcodec_find_encoder_by_name = nullptr;
  decltype(&::avcodec_alloc_context3) avcodec_alloc_context3 = nullptr;
  decltype(&::avcodec_free_context) avcodec_free_context = nullptr;
  decltype(&::avcodec_open2) avcodec_open2 = nullptr;
  decltype(&::avcodec_parameters_from_context) avcodec_parameters_from_context = nullptr;
  decltype(&::avcodec_send_frame) avcodec_send_frame = nullptr;
  decltype(&::avcodec_receive_packet) avcodec_receive_packet = nullptr;
  decltype(&::av_packet_alloc) av_packet_alloc = nullptr;
  decltype(&::av_packet_free) av_packet_free = nullptr;
  decltype(&::av_packet_rescale_ts) av_packet_rescale_ts = nullptr;

  decltype(&::avformat_version) avformat_version = nullptr;
  decltype(&::avformat_alloc_output_context2) avformat_alloc_output_context2 = nullptr;
  decltype(&::avformat_free_context) avformat_free_context = nullptr;
  decltype(&::avformat_new_stream) avformat_new_stream = nullptr;
  decltype(&::avformat_write_header) avformat_write_header = nullptr;
  decltype(&::av_write_frame) av_write_frame = nullptr;
  decltype(&::av_write_trailer) av_write_trailer = nullptr;
  decltype(&::avio_alloc_context) avio_alloc_context = nullptr;
  decltype(&::avio_context_free) avio_context_free = nullptr;

  const AVCodec* h264 = nullptr;  // The encoder.
};

// Loads the major versions whose headers this was built with, from `folder` or, where that is empty, from where the
// system keeps libraries. They stay loaded. kUnsupported where one is missing, is another, or has no H.264 encoder.
absl::StatusOr<Ffmpeg> LoadFfmpeg(const std::string& folder);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_FFMPEG_H_
