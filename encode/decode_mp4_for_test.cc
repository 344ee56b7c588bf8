#include "encode/decode_mp4_for_test.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace vitrine::encode {
namespace {

std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* const pipe = popen(command.c_str(), "r");
  char chunk[65536];
  for (size_t size; (size = fread(chunk, 1, sizeof chunk, pipe)) > 0;) output.append(chunk, size);
  return pclose(pipe) == 0 ? output : std::string();
}

std::vector<std::string> BoxesOf(absl::string_view file) {
  std::vector<std::string> boxes;
  while (file.size() >= 8) {
    uint32_t size = 0;
    for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<uint8_t>(file[i]);
    boxes.emplace_back(file.substr(4, 4));
    if (size < 8 || size > file.size()) return {};
    file.remove_prefix(size);
  }
  return boxes;
}

void Probe(const std::string& path, DecodedMp4& decoded) {
  const std::string output = OutputOf(absl::StrCat("ffprobe -v error -select_streams v -show_streams ", path));
  std::map<std::string, std::string> values;
  for (const absl::string_view line : absl::StrSplit(output, '\n')) {
    const std::pair<std::string, std::string> value = absl::StrSplit(line, absl::MaxSplits('=', 1));
    values.insert(value);
  }
  decoded.codec = values["codec_name"];
  decoded.pixel_format = values["pix_fmt"];
  decoded.rate = values["r_frame_rate"];
  decoded.average_rate = values["avg_frame_rate"];
  decoded.range = values["color_range"];
  decoded.matrix = values["color_space"];
  decoded.primaries = values["color_primaries"];
  decoded.transfer = values["color_transfer"];
  decoded.duration = values["duration"];
  if (!absl::SimpleAtoi(values["width"], &decoded.width) || !absl::SimpleAtoi(values["height"], &decoded.height)) {
    decoded.width = decoded.height = 0;
  }
}

}  // namespace

DecodedMp4 DecodeMp4(absl::string_view file) {
  DecodedMp4 decoded;
  decoded.boxes = BoxesOf(file);
  const char* const folder = std::getenv("TEST_TMPDIR");
  std::string path = absl::StrCat(folder == nullptr ? "/tmp" : folder, "/decode_mp4_XXXXXX");
  const int descriptor = mkstemp(path.data());
  if (descriptor < 0) return {};
  close(descriptor);
  std::ofstream(path, std::ios::binary) << file;
  Probe(path, decoded);
  const std::string pixels =
      OutputOf(absl::StrCat("ffmpeg -v error -xerror -i ", path,
                            " -vf scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp+bicubic "
                            "-vsync passthrough -f rawvideo -pix_fmt rgb24 -"));
  unlink(path.c_str());
  const size_t size = size_t{3} * decoded.width * decoded.height;
  if (size == 0 || pixels.size() % size != 0) return {};
  for (size_t at = 0; at < pixels.size(); at += size) {
    decoded.frames.emplace_back(pixels.begin() + at, pixels.begin() + at + size);
  }
  return decoded;
}

}  // namespace vitrine::encode
