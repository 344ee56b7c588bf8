#include "encode/encode.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.h"
#include "base/status_macros.h"
#include "encode/gif.h"
#include "encode/jpeg.h"
#include "encode/png.h"

namespace vitrine::encode {
namespace {

absl::StatusOr<std::string> Samples(const image::Raster& raster) {
  static_assert(std::endian::native == std::endian::little);
  return std::string(raster.samples.begin(), raster.samples.end());
}

struct Encoder {
  Format format;
  absl::string_view media_type;
  absl::StatusOr<std::string> (*encode)(const image::Raster& raster, const Options& options);
};

constexpr Encoder kEncoders[] = {
    {Format::kJpeg, "image/jpeg",
     [](const image::Raster& raster, const Options& options) { return EncodeJpeg(raster, options.quality); }},
    {Format::kPng, "image/png", [](const image::Raster& raster, const Options&) { return EncodePng(raster); }},
    {Format::kGif, "image/gif",
     [](const image::Raster& raster, const Options&) {
       return EncodeGif({&raster, 1}, GifOptions());
     }},
    {Format::kRaw, "application/octet-stream",
     [](const image::Raster& raster, const Options&) { return Samples(raster); }},
    {Format::kMp4, "video/mp4",
     [](const image::Raster&, const Options&) -> absl::StatusOr<std::string> {
       return MakeError(ErrorCategory::kInvalidRequest, "an MP4 holds an animation");
     }},
};

const Encoder* Find(Format format) {
  for (const Encoder& encoder : kEncoders) {
    if (encoder.format == format) return &encoder;
  }
  return nullptr;
}

// That the raster is what raster.h says and holds all its samples.
absl::Status Validate(const image::Raster& raster) {
  const auto invalid = [](absl::string_view what) { return MakeError(ErrorCategory::kInvalidRequest, what); };
  if (raster.width < 1 || raster.height < 1) return invalid("a picture has at least one pixel");
  if (raster.channels != 1 && raster.channels != 3) return invalid("a picture has 1 or 3 channels");
  if (raster.bits != 8 && raster.bits != 16) return invalid("a picture has 8 or 16 bits a sample");
  // Divided, for the product of three sizes may overflow.
  const size_t row_bytes = raster.row_bytes();
  const size_t height = static_cast<size_t>(raster.height);
  if (raster.samples.size() % row_bytes != 0 || raster.samples.size() / row_bytes != height) {
    return invalid("the picture's samples do not match its size");
  }
  return absl::OkStatus();
}

absl::Status ValidateAnimation(absl::Span<const image::Raster> frames, const AnimationOptions& options) {
  if (frames.empty()) return MakeError(ErrorCategory::kInvalidRequest, "an animation has at least one picture");
  if (!(options.rate > 0)) return MakeError(ErrorCategory::kInvalidRequest, "an animation's rate is above 0");
  for (const image::Raster& frame : frames) {
    VITRINE_RETURN_IF_ERROR(Validate(frame));
    if (frame.width != frames[0].width || frame.height != frames[0].height || frame.channels != frames[0].channels) {
      return MakeError(ErrorCategory::kInvalidRequest, "the pictures of an animation have one size");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view MediaType(Format format) {
  const Encoder* const encoder = Find(format);
  return encoder == nullptr ? absl::string_view() : encoder->media_type;
}

absl::StatusOr<std::string> Encode(const image::Raster& raster, const Options& options) {
  const Encoder* const encoder = Find(options.format);
  if (encoder == nullptr) return MakeError(ErrorCategory::kInvalidRequest, "no such picture format");
  VITRINE_RETURN_IF_ERROR(Validate(raster));
  return encoder->encode(raster, options);
}

absl::StatusOr<std::string> EncodeAnimation(absl::Span<const image::Raster> frames, const AnimationOptions& options) {
  VITRINE_RETURN_IF_ERROR(ValidateAnimation(frames, options));
  const double hundredths = std::clamp(std::round(100 / options.rate), 2.0, 65535.0);
  return EncodeGif(frames, {static_cast<int>(hundredths), options.forth_and_back});
}

absl::StatusOr<std::string> EncodeVideo(absl::Span<const image::Raster> frames, const AnimationOptions& options,
                                        const Mp4Encoder& encoder, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(ValidateAnimation(frames, options));
  Mp4Options mp4;
  mp4.rate = options.rate;
  mp4.forth_and_back = options.forth_and_back;
  return encoder.Encode(frames, mp4, operation);
}

}  // namespace vitrine::encode
