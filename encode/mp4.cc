#include "encode/mp4.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "encode/memory_file.h"
#include "encode/yuv.h"

namespace vitrine::encode {
namespace {

constexpr double kSmallestRate = 0.01;
constexpr int kLargestDenominator = 1000000;
constexpr int kMostMacroblocks = 36864;
constexpr int kMostMacroblocksInARow = 543;
// What is between two pictures from which a player can start.
constexpr int kKeyFrameInterval = 25;
// What the index takes at most: fixed parts, and sizes, offsets and chunks of every picture.
constexpr int kIndexBytes = 2048;
constexpr int kIndexBytesPerFrame = 32;
constexpr int kIoBytes = 64 << 10;

template <auto member>
struct Release {
  const Ffmpeg* ffmpeg;
  template <typename T>
  void operator()(T* object) const {
    (ffmpeg->*member)(&object);
  }
};
using Codec = std::unique_ptr<AVCodecContext, Release<&Ffmpeg::avcodec_free_context>>;
using Frame = std::unique_ptr<AVFrame, Release<&Ffmpeg::av_frame_free>>;
using Packet = std::unique_ptr<AVPacket, Release<&Ffmpeg::av_packet_free>>;
using Settings = std::unique_ptr<AVDictionary, Release<&Ffmpeg::av_dict_free>>;

struct FormatDeleter {
  const Ffmpeg* ffmpeg;
  void operator()(AVFormatContext* format) const { ffmpeg->avformat_free_context(format); }
};
using Format = std::unique_ptr<AVFormatContext, FormatDeleter>;

struct IoDeleter {
  const Ffmpeg* ffmpeg;
  void operator()(AVIOContext* io) const {
    ffmpeg->av_free(io->buffer);
    ffmpeg->avio_context_free(&io);
  }
};
using Io = std::unique_ptr<AVIOContext, IoDeleter>;

int WriteTo(void* file, uint8_t* bytes, int size) {
  const absl::string_view chunk(reinterpret_cast<const char*>(bytes), size);
  return static_cast<MemoryFile*>(file)->Write(chunk) ? size : AVERROR(ENOSPC);
}

int64_t SeekIn(void* opaque, int64_t offset, int whence) {
  auto& file = *static_cast<MemoryFile*>(opaque);
  if (whence == AVSEEK_SIZE) return static_cast<int64_t>(file.size());
  const int64_t base = whence == SEEK_CUR   ? static_cast<int64_t>(file.position())
                       : whence == SEEK_END ? static_cast<int64_t>(file.size())
                                            : 0;
  if (base + offset < 0) return AVERROR(EINVAL);
  file.Seek(base + offset);
  return base + offset;
}

// One file in the making.
class Writer {
 public:
  Writer(const Ffmpeg& ffmpeg, uint64_t max_bytes)
      : ffmpeg_(ffmpeg),
        file_(max_bytes),
        codec_(nullptr, {&ffmpeg}),
        frame_(nullptr, {&ffmpeg}),
        packet_(nullptr, {&ffmpeg}),
        io_(nullptr, {&ffmpeg}),
        format_(nullptr, {&ffmpeg}) {}

  absl::Status Open(int width, int height, AVRational rate, size_t frames) {
    VITRINE_RETURN_IF_ERROR(OpenCodec(width, height, rate));
    VITRINE_RETURN_IF_ERROR(MakeFrame());
    return OpenFile(frames);
  }

  absl::Status Add(const image::Raster& raster) {
    VITRINE_RETURN_IF_ERROR(Checked("av_frame_make_writable", ffmpeg_.av_frame_make_writable(frame_.get())));
    ConvertToYuv(raster, {frame_->data[0], frame_->data[1], frame_->data[2], frame_->linesize[0], frame_->linesize[1]});
    frame_->pts = count_++;
    return Send(frame_.get());
  }

  absl::StatusOr<std::string> Finish() {
    VITRINE_RETURN_IF_ERROR(Send(nullptr));
    VITRINE_RETURN_IF_ERROR(Checked("av_write_trailer", ffmpeg_.av_write_trailer(format_.get())));
    if (file_.full()) return TooLarge();
    return std::move(file_).Take();
  }

 private:
  absl::Status OpenCodec(int width, int height, AVRational rate);
  absl::Status MakeFrame();
  absl::Status OpenFile(size_t frames);
  // Null: what the encoder still holds.
  absl::Status Send(const AVFrame* frame);

  static absl::Status TooLarge() {
    return MakeError(ErrorCategory::kTooLarge, "the file would be over the server's limit; ask for fewer pictures");
  }
  static absl::Status Failed(absl::string_view call, absl::string_view why) {
    return MakeError(ErrorCategory::kInternal, "the pictures could not be encoded",
                     absl::StrCat("FFmpeg: ", call, ": ", why));
  }
  absl::Status Checked(absl::string_view call, int result) const {
    if (file_.full()) return TooLarge();
    if (result >= 0) return absl::OkStatus();
    char why[AV_ERROR_MAX_STRING_SIZE] = {};
    ffmpeg_.av_strerror(result, why, sizeof why);
    return Failed(call, why);
  }

  const Ffmpeg& ffmpeg_;
  MemoryFile file_;
  Codec codec_;
  Frame frame_;
  Packet packet_;
  Io io_;
  Format format_;
  AVStream* stream_ = nullptr;  // The format's.
  int64_t count_ = 0;
};

absl::Status Writer::OpenCodec(int width, int height, AVRational rate) {
  codec_.reset(ffmpeg_.avcodec_alloc_context3(ffmpeg_.h264));
  if (codec_ == nullptr) return Failed("avcodec_alloc_context3", "no memory");
  codec_->width = width;
  codec_->height = height;
  codec_->framerate = rate;
  codec_->time_base = {rate.den, rate.num};
  codec_->pix_fmt = AV_PIX_FMT_YUV420P;
  codec_->color_range = AVCOL_RANGE_MPEG;
  codec_->color_primaries = AVCOL_PRI_BT709;
  codec_->color_trc = AVCOL_TRC_BT709;
  codec_->colorspace = AVCOL_SPC_BT709;
  codec_->chroma_sample_location = AVCHROMA_LOC_LEFT;
  codec_->gop_size = kKeyFrameInterval;
  codec_->thread_count = 1;
  codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  AVDictionary* options = nullptr;
  // Without looking ahead the encoder keeps two or three pictures, however many there are; without psychovisual
  // optimization it invents no texture.
  ffmpeg_.av_dict_set(&options, "preset", "veryfast", 0);
  ffmpeg_.av_dict_set(&options, "tune", "zerolatency", 0);
  ffmpeg_.av_dict_set(&options, "crf", "16", 0);
  ffmpeg_.av_dict_set(&options, "x264-params", "psy=0", 0);
  const int opened = ffmpeg_.avcodec_open2(codec_.get(), ffmpeg_.h264, &options);
  const Settings unused(options, {&ffmpeg_});
  VITRINE_RETURN_IF_ERROR(Checked("avcodec_open2", opened));
  return unused == nullptr ? absl::OkStatus() : Failed("avcodec_open2", "an option is unknown");
}

absl::Status Writer::MakeFrame() {
  frame_.reset(ffmpeg_.av_frame_alloc());
  packet_.reset(ffmpeg_.av_packet_alloc());
  if (frame_ == nullptr || packet_ == nullptr) return Failed("av_frame_alloc", "no memory");
  frame_->width = codec_->width;
  frame_->height = codec_->height;
  frame_->format = codec_->pix_fmt;
  return Checked("av_frame_get_buffer", ffmpeg_.av_frame_get_buffer(frame_.get(), 0));
}

absl::Status Writer::OpenFile(size_t frames) {
  AVFormatContext* format = nullptr;
  VITRINE_RETURN_IF_ERROR(Checked("avformat_alloc_output_context2",
                                  ffmpeg_.avformat_alloc_output_context2(&format, nullptr, "mp4", nullptr)));
  format_.reset(format);
  auto* const buffer = static_cast<uint8_t*>(ffmpeg_.av_malloc(kIoBytes));
  if (buffer == nullptr) return Failed("av_malloc", "no memory");
  io_.reset(ffmpeg_.avio_alloc_context(buffer, kIoBytes, 1, &file_, nullptr, WriteTo, SeekIn));
  if (io_ == nullptr) {
    ffmpeg_.av_free(buffer);
    return Failed("avio_alloc_context", "no memory");
  }
  format->pb = io_.get();
  format->flags |= AVFMT_FLAG_BITEXACT;  // No version, no time of creation.
  stream_ = ffmpeg_.avformat_new_stream(format, nullptr);
  if (stream_ == nullptr) return Failed("avformat_new_stream", "no memory");
  stream_->time_base = codec_->time_base;
  stream_->avg_frame_rate = codec_->framerate;
  VITRINE_RETURN_IF_ERROR(Checked("avcodec_parameters_from_context",
                                  ffmpeg_.avcodec_parameters_from_context(stream_->codecpar, codec_.get())));
  // Room for the index before the pictures.
  const std::string index = absl::StrCat(kIndexBytes + kIndexBytesPerFrame * frames);
  AVDictionary* options = nullptr;
  ffmpeg_.av_dict_set(&options, "moov_size", index.c_str(), 0);
  const int written = ffmpeg_.avformat_write_header(format, &options);
  const Settings unused(options, {&ffmpeg_});
  return Checked("avformat_write_header", written);
}

absl::Status Writer::Send(const AVFrame* frame) {
  VITRINE_RETURN_IF_ERROR(Checked("avcodec_send_frame", ffmpeg_.avcodec_send_frame(codec_.get(), frame)));
  while (true) {
    const int received = ffmpeg_.avcodec_receive_packet(codec_.get(), packet_.get());
    if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return absl::OkStatus();
    VITRINE_RETURN_IF_ERROR(Checked("avcodec_receive_packet", received));
    packet_->duration = 1;
    ffmpeg_.av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
    VITRINE_RETURN_IF_ERROR(Checked("av_write_frame", ffmpeg_.av_write_frame(format_.get(), packet_.get())));
  }
}

}  // namespace

absl::Status CheckMp4Size(int width, int height) {
  const int columns = width / 16 + (width % 16 != 0);
  const int rows = height / 16 + (height % 16 != 0);
  if (std::max(columns, rows) <= kMostMacroblocksInARow && columns * rows <= kMostMacroblocks) return absl::OkStatus();
  return MakeError(ErrorCategory::kTooLarge, "a picture of an MP4 has at most 36864 blocks of 16 x 16 pixels");
}

const absl::StatusOr<Ffmpeg>& Mp4Encoder::Library() const {
  absl::call_once(once_, [this] { library_ = LoadFfmpeg(folder_); });
  return library_;
}

absl::Status Mp4Encoder::Check() const { return Library().status(); }

absl::StatusOr<std::string> Mp4Encoder::Encode(absl::Span<const image::Raster> frames, const Mp4Options& options,
                                               const Operation& operation) const {
  VITRINE_RETURN_IF_ERROR(Check());
  const image::Raster& first = frames.front();
  VITRINE_RETURN_IF_ERROR(CheckMp4Size(first.width, first.height));
  for (const image::Raster& frame : frames) {
    if (frame.bits != 8) return MakeError(ErrorCategory::kInvalidRequest, "an MP4 has 8 bits a sample");
  }
  const Ffmpeg& ffmpeg = *Library();
  const AVRational rate = ffmpeg.av_d2q(std::max(options.rate, kSmallestRate), kLargestDenominator);
  const size_t turn = frames.size();
  const size_t count = options.forth_and_back && turn > 2 ? 2 * turn - 2 : turn;
  Writer writer(ffmpeg, options.max_bytes);
  VITRINE_RETURN_IF_ERROR(writer.Open(EvenSide(first.width), EvenSide(first.height), rate, count));
  for (size_t i = 0; i < count; ++i) {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    VITRINE_RETURN_IF_ERROR(writer.Add(frames[i < turn ? i : 2 * turn - 2 - i]));
  }
  return writer.Finish();
}

}  // namespace vitrine::encode
