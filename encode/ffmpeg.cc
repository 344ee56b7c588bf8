#include "encode/ffmpeg.h"

#include <dlfcn.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::encode {
namespace {

struct Unload {
  void operator()(void* library) const { dlclose(library); }
};
using Library = std::unique_ptr<void, Unload>;

absl::Status Unavailable(absl::string_view detail) {
  return MakeError(ErrorCategory::kUnsupported, "this server has no library that encodes video/mp4", detail);
}

std::string LastError() {
  const char* error = dlerror();
  return error == nullptr ? std::string() : error;
}

absl::StatusOr<Library> Open(const std::string& folder, absl::string_view name, int major) {
  const std::string file = absl::StrCat(folder, folder.empty() ? "" : "/", name, ".so.", major);
  Library library(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (library == nullptr) return Unavailable(LastError());
  return library;
}

// Looks functions up; the first that is missing makes it an error.
class Finder {
 public:
  explicit Finder(void* library) : library_(library) {}

  template <typename Function>
  Finder& Find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
    if (function == nullptr && status_.ok()) status_ = Unavailable(LastError());
    return *this;
  }
  const absl::Status& status() const { return status_; }

 private:
  void* const library_;
  absl::Status status_;
};

absl::Status FindUtilities(void* library, Ffmpeg& ffmpeg) {
  return Finder(library)
      .Find("avutil_version", ffmpeg.avutil_version)
      .Find("av_log_set_level", ffmpeg.av_log_set_level)
      .Find("av_strerror", ffmpeg.av_strerror)
      .Find("av_malloc", ffmpeg.av_malloc)
      .Find("av_free", ffmpeg.av_free)
      .Find("av_d2q", ffmpeg.av_d2q)
      .Find("av_dict_set", ffmpeg.av_dict_set)
      .Find("av_dict_free", ffmpeg.av_dict_free)
      .Find("av_frame_alloc", ffmpeg.av_frame_alloc)
      .Find("av_frame_free", ffmpeg.av_frame_free)
      .Find("av_frame_get_buffer", ffmpeg.av_frame_get_buffer)
      .Find("av_frame_make_writable", ffmpeg.av_frame_make_writable)
      .status();
}

absl::Status FindCodec(void* library, Ffmpeg& ffmpeg) {
  return Finder(library)
      .Find("avcodec_version", ffmpeg.avcodec_version)
      .Find("avcodec_find_encoder_by_name", ffmpeg.avcodec_find_encoder_by_name)
      .Find("avcodec_alloc_context3", ffmpeg.avcodec_alloc_context3)
      .Find("avcodec_free_context", ffmpeg.avcodec_free_context)
      .Find("avcodec_open2", ffmpeg.avcodec_open2)
      .Find("avcodec_parameters_from_context", ffmpeg.avcodec_parameters_from_context)
      .Find("avcodec_send_frame", ffmpeg.avcodec_send_frame)
      .Find("avcodec_receive_packet", ffmpeg.avcodec_receive_packet)
      .Find("av_packet_alloc", ffmpeg.av_packet_alloc)
      .Find("av_packet_free", ffmpeg.av_packet_free)
      .Find("av_packet_rescale_ts", ffmpeg.av_packet_rescale_ts)
      .status();
}

absl::Status FindFormat(void* library, Ffmpeg& ffmpeg) {
  return Finder(library)
      .Find("avformat_version", ffmpeg.avformat_version)
      .Find("avformat_alloc_output_context2", ffmpeg.avformat_alloc_output_context2)
      .Find("avformat_free_context", ffmpeg.avformat_free_context)
      .Find("avformat_new_stream", ffmpeg.avformat_new_stream)
      .Find("avformat_write_header", ffmpeg.avformat_write_header)
      .Find("av_write_frame", ffmpeg.av_write_frame)
      .Find("av_write_trailer", ffmpeg.av_write_trailer)
      .Find("avio_alloc_context", ffmpeg.avio_alloc_context)
      .Find("avio_context_free", ffmpeg.avio_context_free)
      .status();
}

// The layout of structures that both sides touch depends on the major version alone.
absl::Status CheckVersions(const Ffmpeg& ffmpeg) {
  const auto same = [](unsigned version, unsigned major) { return AV_VERSION_MAJOR(version) == major; };
  if (same(ffmpeg.avutil_version(), LIBAVUTIL_VERSION_MAJOR) &&
      same(ffmpeg.avcodec_version(), LIBAVCODEC_VERSION_MAJOR) &&
      same(ffmpeg.avformat_version(), LIBAVFORMAT_VERSION_MAJOR)) {
    return absl::OkStatus();
  }
  return Unavailable("FFmpeg's libraries have another major version than the headers");
}

}  // namespace

absl::StatusOr<Ffmpeg> LoadFfmpeg(const std::string& folder) {
  VITRINE_ASSIGN_OR_RETURN(Library utilities, Open(folder, "libavutil", LIBAVUTIL_VERSION_MAJOR));
  VITRINE_ASSIGN_OR_RETURN(Library codec, Open(folder, "libavcodec", LIBAVCODEC_VERSION_MAJOR));
  VITRINE_ASSIGN_OR_RETURN(Library format, Open(folder, "libavformat", LIBAVFORMAT_VERSION_MAJOR));
  Ffmpeg ffmpeg;
  VITRINE_RETURN_IF_ERROR(FindUtilities(utilities.get(), ffmpeg));
  VITRINE_RETURN_IF_ERROR(FindCodec(codec.get(), ffmpeg));
  VITRINE_RETURN_IF_ERROR(FindFormat(format.get(), ffmpeg));
  VITRINE_RETURN_IF_ERROR(CheckVersions(ffmpeg));
  ffmpeg.h264 = ffmpeg.avcodec_find_encoder_by_name("libx264");
  if (ffmpeg.h264 == nullptr) return Unavailable("libavcodec has no libx264");
  ffmpeg.av_log_set_level(AV_LOG_QUIET);  // Errors are returned; standard error is the service's log.
  utilities.release();
  codec.release();
  format.release();
  return ffmpeg;
}

}  // namespace vitrine::encode
