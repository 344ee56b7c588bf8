#include "encode/gif.h"

#include <gif_lib.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "encode/palette.h"

namespace vitrine::encode {
namespace {

constexpr int kColours = 256;
constexpr int kLargestSide = 65535;

int AppendTo(GifFileType* file, const GifByteType* bytes, int size) {
  static_cast<std::string*>(file->UserData)->append(reinterpret_cast<const char*>(bytes), size);
  return size;
}

struct FileDeleter {
  void operator()(GifFileType* file) const { EGifCloseFile(file, nullptr); }
};
struct ColorMapDeleter {
  void operator()(ColorMapObject* map) const { GifFreeMapObject(map); }
};
using File = std::unique_ptr<GifFileType, FileDeleter>;
using ColorMap = std::unique_ptr<ColorMapObject, ColorMapDeleter>;

absl::Status Failed(absl::string_view call) {
  return MakeError(ErrorCategory::kInternal, "the picture could not be encoded", absl::StrCat("giflib: ", call));
}

// Of grey pictures value and index are the same.
absl::StatusOr<ColorMap> MakeColorMap(const Palette* palette) {
  ColorMap map(GifMakeMapObject(kColours, nullptr));
  if (map == nullptr) return Failed("GifMakeMapObject");
  for (int i = 0; i < kColours; ++i) {
    const auto grey = static_cast<uint8_t>(i);
    const Rgb color = palette == nullptr ? Rgb{grey, grey, grey} : palette->colors()[i];
    map->Colors[i] = {color.red, color.green, color.blue};
  }
  return map;
}

// "NETSCAPE2.0", which every player knows: repeat for ever.
bool PutRepetition(GifFileType& file) {
  static constexpr unsigned char kForEver[] = {1, 0, 0};
  return EGifPutExtensionLeader(&file, APPLICATION_EXT_FUNC_CODE) == GIF_OK &&
         EGifPutExtensionBlock(&file, 11, "NETSCAPE2.0") == GIF_OK &&
         EGifPutExtensionBlock(&file, sizeof kForEver, kForEver) == GIF_OK && EGifPutExtensionTrailer(&file) == GIF_OK;
}

bool PutDelay(GifFileType& file, int delay) {
  GraphicsControlBlock control = {};
  control.DelayTime = delay;
  control.TransparentColor = NO_TRANSPARENT_COLOR;
  GifByteType bytes[4];
  const size_t size = EGifGCBToExtension(&control, bytes);
  return EGifPutExtension(&file, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(size), bytes) == GIF_OK;
}

bool PutFrame(GifFileType& file, const image::Raster& frame, const Palette* palette) {
  if (EGifPutImageDesc(&file, 0, 0, frame.width, frame.height, false, nullptr) != GIF_OK) return false;
  std::vector<GifPixelType> row(frame.width);
  for (int y = 0; y < frame.height; ++y) {
    const uint8_t* samples = frame.samples.data() + y * frame.row_bytes();
    for (int x = 0; x < frame.width; ++x) {
      row[x] =
          palette == nullptr ? samples[x] : palette->IndexOf({samples[3 * x], samples[3 * x + 1], samples[3 * x + 2]});
    }
    if (EGifPutLine(&file, row.data(), frame.width) != GIF_OK) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> EncodeGif(absl::Span<const image::Raster> frames, const GifOptions& options) {
  const image::Raster& first = frames.front();
  for (const image::Raster& frame : frames) {
    if (frame.bits != 8) return MakeError(ErrorCategory::kInvalidRequest, "a GIF has 8 bits a sample");
  }
  if (first.width > kLargestSide || first.height > kLargestSide) {
    return MakeError(ErrorCategory::kInvalidRequest, "a GIF's sides are at most 65535 pixels");
  }
  std::unique_ptr<const Palette> palette;
  if (first.channels == 3) palette = std::make_unique<const Palette>(frames);
  VITRINE_ASSIGN_OR_RETURN(const ColorMap map, MakeColorMap(palette.get()));
  std::string bytes;
  int error = 0;
  File file(EGifOpen(&bytes, AppendTo, &error));
  if (file == nullptr) return Failed("EGifOpen");
  EGifSetGifVersion(file.get(), true);
  if (EGifPutScreenDesc(file.get(), first.width, first.height, 8, 0, map.get()) != GIF_OK) {
    return Failed("EGifPutScreenDesc");
  }
  const size_t turn = frames.size();
  const size_t count = options.forth_and_back && turn > 2 ? 2 * turn - 2 : turn;
  if (count > 1 && !PutRepetition(*file)) return Failed("EGifPutExtension");
  for (size_t i = 0; i < count; ++i) {
    if (count > 1 && !PutDelay(*file, options.delay)) return Failed("EGifPutExtension");
    if (!PutFrame(*file, frames[i < turn ? i : 2 * turn - 2 - i], palette.get())) return Failed("EGifPutLine");
  }
  if (EGifCloseFile(file.release(), &error) != GIF_OK) return Failed("EGifCloseFile");
  return bytes;
}

}  // namespace vitrine::encode
