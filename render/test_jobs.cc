#include "render/test_jobs.h"

#include <cmath>
#include <random>

namespace vitrine::render {
namespace {

using image::Frame;
using image::SampleType;
using image::ToneCurve;
using image::VoiFunction;

struct Limits {
  double low;
  double high;
};

Limits RangeOf(SampleType type, int bits) {
  if (type == SampleType::kFloat32) return {-2000, 3000};
  if (type == SampleType::kInt16) return {-std::ldexp(1, bits - 1), std::ldexp(1, bits - 1) - 1};
  return {0, std::ldexp(1, bits) - 1};
}

template <typename Sample>
void Fill(Pattern pattern, Limits limits, Frame& frame) {
  std::mt19937 random(frame.columns * 65537 + frame.rows);  // Its output is the same on every platform.
  auto* samples = reinterpret_cast<Sample*>(frame.samples.data());
  const int row_samples = frame.columns * frame.channels;
  for (int y = 0; y < frame.rows; ++y) {
    for (int x = 0; x < row_samples; ++x) {
      const double ramp = (x * 4.0 / row_samples + y * 1.0 / frame.rows) / 5;
      const double unit = pattern == Pattern::kRandom ? random() / 4294967295.0 : ramp;
      const double value = limits.low + unit * (limits.high - limits.low);
      samples[static_cast<size_t>(y) * row_samples + x] =
          static_cast<Sample>(std::is_integral_v<Sample> ? std::round(value) : value);
    }
  }
}

std::shared_ptr<const image::Lut> MakeLut(int first, int bits, int count, int step) {
  image::Lut lut{first, bits, {}};
  for (int i = 0; i < count; ++i) lut.entries.push_back((i * step) % (1 << bits));
  return std::make_shared<const image::Lut>(std::move(lut));
}

}  // namespace

std::shared_ptr<const Frame> MakeFrame(Pattern pattern, int columns, int rows, int channels, SampleType type,
                                       int bits) {
  Frame frame{columns, rows, channels, type, bits, {}};
  frame.samples.resize(frame.row_bytes() * rows);
  const Limits limits = RangeOf(type, bits);
  switch (type) {
    case SampleType::kUint8: Fill<uint8_t>(pattern, limits, frame); break;
    case SampleType::kUint16: Fill<uint16_t>(pattern, limits, frame); break;
    case SampleType::kInt16: Fill<int16_t>(pattern, limits, frame); break;
    case SampleType::kFloat32: Fill<float>(pattern, limits, frame); break;
  }
  return std::make_shared<const Frame>(std::move(frame));
}

RenderJob MakeJob(std::shared_ptr<const Frame> frame, ToneCurve tone, int bits) {
  RenderJob job;
  job.source = {0, 0, static_cast<double>(frame->columns), static_cast<double>(frame->rows)};
  job.width = frame->columns;
  job.height = frame->rows;
  job.frame = std::move(frame);
  job.tone = std::move(tone);
  job.bits = bits;
  return job;
}

ToneCurve Windowed(double center, double width, VoiFunction function) {
  ToneCurve curve;
  curve.voi = image::Window{center, width, function};
  return curve;
}

std::vector<NamedTone> ToneCases(double low, double high) {
  const double middle = std::floor((low + high) / 2);
  const double span = high - low;
  std::vector<NamedTone> cases;
  cases.push_back({"identity", {image::Rescale{}, image::Range{low, high}, false, {}}});
  cases.push_back({"linear", Windowed(middle, span / 2 + 1, VoiFunction::kLinear)});
  cases.push_back({"linear width 1", Windowed(middle, 1, VoiFunction::kLinear)});
  cases.push_back({"linear width 2", Windowed(middle, 2, VoiFunction::kLinear)});
  cases.push_back({"linear width 511", Windowed(middle, 511, VoiFunction::kLinear)});
  cases.push_back({"exact", Windowed(middle, span / 3, VoiFunction::kLinearExact)});
  cases.push_back({"exact narrow", Windowed(high, 0.01, VoiFunction::kLinearExact)});
  cases.push_back({"exact wide", Windowed(middle + span * 15e4, span * 1e6, VoiFunction::kLinearExact)});
  cases.push_back({"sigmoid", Windowed(middle, span / 2, VoiFunction::kSigmoid)});
  cases.push_back({"sigmoid inverted", Windowed(middle, span / 2, VoiFunction::kSigmoid)});
  cases.back().tone.invert = true;
  cases.push_back({"rescaled", Windowed(middle * 2.5 - 1024, span, VoiFunction::kLinear)});
  cases.back().tone.modality = image::Rescale{2.5, -1024};
  cases.push_back({"negative slope", Windowed(-middle, span / 2 + 1, VoiFunction::kLinear)});
  cases.back().tone.modality = image::Rescale{-1, 0};
  cases.push_back({"flat slope", Windowed(10, 100, VoiFunction::kLinear)});
  cases.back().tone.modality = image::Rescale{0, 10};
  cases.push_back({"padding", Windowed(middle, span / 2 + 1, VoiFunction::kLinear)});
  cases.back().tone.padding = image::Padding{middle - 0.5, middle + span / 8};
  cases.push_back({"padding inverted", cases.back().tone});
  cases.back().tone.invert = true;
  cases.push_back({"padding of one value", cases.back().tone});
  cases.back().tone.padding = image::Padding{low, low};
  const int first = static_cast<int>(middle - span / 4);
  const int count = std::max(static_cast<int>(span / 2), 2);
  cases.push_back({"VOI LUT", {image::Rescale{}, MakeLut(first, 10, count, 7), false, {}}});
  cases.push_back({"both LUTs", {MakeLut(first, 16, count, 3), MakeLut(0, 12, 4096, 5), true, {}}});
  cases.back().tone.padding = image::Padding{high, high};
  return cases;
}

std::vector<NamedView> ViewCases(const RenderJob& base) {
  const int columns = base.frame->columns;
  const int rows = base.frame->rows;
  std::vector<NamedView> cases;
  const auto add = [&](std::string name, Region source, double scale_x, double scale_y, bool flip_x, bool flip_y) {
    RenderJob job = base;
    job.source = source;
    job.width = std::max(static_cast<int>(std::lround(source.width * scale_x)), 1);
    job.height = std::max(static_cast<int>(std::lround(source.height * scale_y)), 1);
    job.flip_horizontal = flip_x;
    job.flip_vertical = flip_y;
    cases.push_back({std::move(name), std::move(job)});
  };
  const Region whole = base.source;
  const Region inner{3, 2, columns - 5.0, rows - 4.0};
  const Region fraction{1.25, 2.5, columns - 3.6, rows - 4.125};
  add("as it is", whole, 1, 1, false, false);
  add("flip x", whole, 1, 1, true, false);
  add("flip y", whole, 1, 1, false, true);
  add("crop, flip both", inner, 1, 1, true, true);
  add("fractional crop", {1.25, 2.5, columns - 4.0, rows - 5.0}, 1, 1, false, false);
  add("one pixel", {columns - 1.0, rows - 1.0, 1, 1}, 1, 1, false, false);
  add("to one pixel", whole, 1e-9, 1e-9, false, false);
  add("0.17x", whole, 0.17, 0.17, false, false);
  add("0.5x, flip x", whole, 0.5, 0.5, true, false);
  add("0.9x of a crop", fraction, 0.9, 0.9, false, false);
  add("1.1x of a crop, flip both", fraction, 1.1, 1.1, true, true);
  add("3x", whole, 3, 3, false, false);
  add("wider, lower", fraction, 2.3, 0.3, false, true);
  add("narrower, higher", inner, 0.3, 2.3, true, false);
  add("x only", whole, 1.7, 1, false, false);
  add("y only", inner, 1, 0.4, true, false);
  return cases;
}

}  // namespace vitrine::render
