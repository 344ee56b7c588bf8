// Picture encoders: ours against the libraries' own defaults, time and size (counter "bytes"), one thread.
//
//   encode_bench [benchmark flags] [FILE.pgm|FILE.ppm ...]
//
// Without files: synthetic pictures. Real slices come from DCMTK, for example:
//   dcm2pnm +Ww 40 400 slice.dcm slice.pgm

#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "encode/decode_for_test.h"
#include "encode/encode.h"

namespace vitrine::encode {
namespace {

using image::Raster;

// A body of soft tissue with lungs and a spine in air, and noise, as the window 40/400 shows it.
Raster CtLike(int size, int channels, int bits) {
  Raster raster{size, size, channels, bits, {}};
  raster.samples.resize(raster.row_bytes() * size);
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, 12);
  const auto inside = [size](int x, int y, double cx, double cy, double rx, double ry) {
    return std::hypot((x - cx * size) / (rx * size), (y - cy * size) / (ry * size)) < 1;
  };
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      double hounsfield =
          inside(x, y, 0.5, 0.5, 0.44, 0.33) ? 50 + 20 * std::sin(x * 0.05) * std::sin(y * 0.04) : -1000;
      if (inside(x, y, 0.3, 0.47, 0.13, 0.19) || inside(x, y, 0.7, 0.47, 0.13, 0.19)) hounsfield = -830;
      if (inside(x, y, 0.5, 0.72, 0.06, 0.07)) hounsfield = 400;
      const double display = std::clamp((hounsfield + noise(random) + 160) / 400, 0.0, 1.0);
      for (int c = 0; c < channels; ++c) {
        const auto sample = static_cast<uint16_t>(std::lround(display * (c == 1 ? 0.8 : 1) * ((1 << bits) - 1)));
        const size_t at = ((static_cast<size_t>(y) * size + x) * channels + c) * (bits / 8);
        raster.samples[at] = static_cast<uint8_t>(sample);
        if (bits == 16) raster.samples[at + 1] = static_cast<uint8_t>(sample >> 8);
      }
    }
  }
  return raster;
}

// Binary PGM or PPM, 8 bits a sample, without comments.
Raster ReadNetpbm(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string magic;
  int maximum = 0;
  Raster raster;
  if (!(file >> magic >> raster.width >> raster.height >> maximum) || maximum != 255) return {};
  raster.channels = magic == "P6" ? 3 : 1;
  raster.samples.resize(raster.row_bytes() * raster.height);
  file.get();
  file.read(reinterpret_cast<char*>(raster.samples.data()), static_cast<std::streamsize>(raster.samples.size()));
  return file ? raster : Raster();
}

size_t Ours(const Raster& raster, const Options& options) {
  const auto encoded = Encode(raster, options);
  return encoded.ok() ? encoded->size() : 0;
}

size_t LibpngDefault(const Raster& raster) {
  size_t size = 0;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &size,
      [](png_structp self, png_bytep, size_t count) { *static_cast<size_t*>(png_get_io_ptr(self)) += count; }, nullptr);
  png_set_IHDR(png, info, raster.width, raster.height, raster.bits,
               raster.channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  if (raster.bits == 16) png_set_swap(png);
  for (int y = 0; y < raster.height; ++y) png_write_row(png, raster.samples.data() + y * raster.row_bytes());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return size;
}

template <typename Encoder>
void Add(const std::string& name, Encoder encode) {
  const auto run = [encode](benchmark::State& state) {
    size_t size = 0;
    for (auto _ : state) benchmark::DoNotOptimize(size = encode());
    state.counters["bytes"] = static_cast<double>(size);
    if (size == 0) state.SkipWithError("the encoder failed");
  };
  benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMicrosecond);
}

void AddAll(const std::string& name, const std::shared_ptr<const Raster>& raster) {
  Add(name + "/png", [raster] { return Ours(*raster, {.format = Format::kPng}); });
  Add(name + "/png_libspng", [raster] { return EncodeWithSpng(*raster).size(); });
  Add(name + "/png_libpng", [raster] { return LibpngDefault(*raster); });
  if (raster->bits != 8) return;
  for (const int quality : {75, 90}) {
    const std::string suffix = "_q" + std::to_string(quality);
    Add(name + "/jpeg" + suffix, [raster, quality] { return Ours(*raster, {.quality = quality}); });
    Add(name + "/jpeg_libjpeg" + suffix, [raster, quality] { return EncodeWithLibjpeg(*raster, quality).size; });
  }
}

}  // namespace
}  // namespace vitrine::encode

int main(int argc, char** argv) {
  using vitrine::encode::AddAll;
  using vitrine::image::Raster;
  benchmark::Initialize(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const auto raster = std::make_shared<const Raster>(vitrine::encode::ReadNetpbm(argv[i]));
    if (raster->width == 0) {
      std::fprintf(stderr, "not an 8-bit binary PGM or PPM: %s\n", argv[i]);
      return 1;
    }
    AddAll(argv[i], raster);
  }
  if (argc == 1) {
    AddAll("ct_grey8", std::make_shared<const Raster>(vitrine::encode::CtLike(512, 1, 8)));
    AddAll("ct_grey16", std::make_shared<const Raster>(vitrine::encode::CtLike(512, 1, 16)));
    AddAll("ct_rgb8", std::make_shared<const Raster>(vitrine::encode::CtLike(512, 3, 8)));
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
