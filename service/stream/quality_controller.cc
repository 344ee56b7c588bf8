#include "service/stream/quality_controller.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace vitrine::service {
namespace {

struct Level {
  double scale;  // Of width and height.
  int quality;   // Of JPEG.
};
// The first one is what was asked for. Each costs about two thirds of the one before.
constexpr Level kLevels[] = {{1, 100},   {1, 80},    {1, 65},    {0.8, 65}, {0.64, 60},
                             {0.51, 55}, {0.41, 50}, {0.33, 45}, {0.25, 40}};
constexpr int kWorst = std::size(kLevels) - 1;

// Where nothing has been measured yet.
constexpr int kFirstLevel = 1;
constexpr int kFirstLevelOfVolumes = 3;

constexpr int kSmallestSide = 96;      // Pixels of the longer side: less shows nothing.
constexpr double kRoom = 0.75;         // Of the budget, that a better level may take.
constexpr double kComfort = 0.85;      // Of the budget, that a worse level may take.
constexpr double kMovingRatio = 0.25;  // Samples of the moving level, until both are measured.

// Bytes of a JPEG picture against those of quality 80, measured on CT and MR; PNG as if it were one.
double BytesFactor(const v1::Output& output) {
  if (output.format() != v1::Output::JPEG) return output.bits() == 16 ? 12 : 5;
  constexpr std::pair<int, double> kFactors[] = {{40, 0.5}, {60, 0.66}, {80, 1}, {90, 1.6}, {100, 4}};
  double factor = kFactors[0].second;
  for (size_t i = 1; i < std::size(kFactors); ++i) {
    const auto& [low, below] = kFactors[i - 1];
    const auto& [high, above] = kFactors[i];
    const double part = std::clamp((output.quality() - low) / static_cast<double>(high - low), 0.0, 1.0);
    factor += part * (above - below);
  }
  return factor;
}

bool IsFullVolume(const v1::View& view) { return view.has_volume() && !view.volume().moving(); }

template <typename View>
void WithoutCubic(View& view) {
  if (view.interpolation() == v1::INTERPOLATION_CUBIC) view.set_interpolation(v1::INTERPOLATION_LINEAR);
}

void ReduceView(v1::View& view) {
  if (view.has_slice()) WithoutCubic(*view.mutable_slice());
  if (!view.has_volume()) return;
  view.mutable_volume()->set_moving(true);
  WithoutCubic(*view.mutable_volume());
}

}  // namespace

void QualityController::Line::Add(double x, double y) {
  constexpr double kMemory = 0.8;
  const auto add = [](double& sum, double value) { sum = kMemory * sum + value; };
  add(weight_, 1);
  add(x_, x);
  add(y_, y);
  add(xx_, x * x);
  add(xy_, x * y);
}

double QualityController::Line::At(double x) const {
  if (weight_ == 0) return 0;
  // One more sample, at the origin: it decides as long as the others are at one place.
  constexpr double kFixedShare = 0.2;
  constexpr double kOriginWeight = 0.1;
  const double mean_x = x_ / weight_;
  const double mean_y = y_ / weight_;
  const double weight = weight_ + kOriginWeight;
  const double centre_x = x_ / weight;
  const double centre_y = (y_ + kOriginWeight * kFixedShare * mean_y) / weight;
  const double variance = xx_ / weight - centre_x * centre_x;
  const double slope = std::clamp((xy_ / weight - centre_x * centre_y) / variance, 0.0, mean_y / mean_x);
  return std::max(0.0, centre_y + slope * (x - centre_x));
}

QualityController::Model& QualityController::ModelOf(const v1::View& view) {
  return models_[view.has_frame() ? 0 : view.has_slice() ? 1 : 2];
}

v1::RenderRequest QualityController::AtLevel(const v1::RenderRequest& full, const Model& model, int level) const {
  v1::RenderRequest request = full;
  if (level == 0) return request;
  const auto& [scale, quality] = kLevels[level];
  ReduceView(*request.mutable_view());
  v1::Output& output = *request.mutable_output();
  output.set_quality(output.format() == v1::Output::JPEG ? std::min(output.quality(), quality) : quality);
  output.set_format(v1::Output::JPEG);
  output.set_bits(8);
  const double width = output.width() > 0 ? output.width() : model.natural_width;
  const double height = output.height() > 0 ? output.height() : model.natural_height;
  if (scale == 1 || width == 0) return request;
  const double least = std::min(1.0, kSmallestSide / std::max(width, height));
  const double applied = std::max(scale, least);
  output.set_width(std::max(1, static_cast<int>(std::lround(width * applied))));
  output.set_height(std::max(1, static_cast<int>(std::lround(height * applied))));
  return request;
}

double QualityController::PredictedSeconds(const v1::RenderRequest& request, const Model& model) const {
  const v1::Output& output = request.output();
  const double pixels = output.width() > 0 ? static_cast<double>(output.width()) * output.height()
                                           : model.natural_width * model.natural_height;
  double compute = 0;
  if (IsFullVolume(request.view())) {
    compute = model.full_seconds.known() ? model.full_seconds.At(pixels) : model.seconds.At(pixels) / kMovingRatio;
  } else {
    compute = model.seconds.known() ? model.seconds.At(pixels) : model.full_seconds.At(pixels) * kMovingRatio;
  }
  return compute + pixels * model.bytes_per_pixel.value * BytesFactor(output) * seconds_per_byte_.value;
}

v1::RenderRequest QualityController::Choose(const v1::RenderRequest& full, absl::Duration budget) {
  Model& model = ModelOf(full.view());
  if (model.bytes_per_pixel.value == 0) {
    model.level = full.view().has_volume() ? kFirstLevelOfVolumes : kFirstLevel;
    return AtLevel(full, model, model.level);
  }
  const double seconds = absl::ToDoubleSeconds(budget);
  const auto predicted = [&](int level) { return PredictedSeconds(AtLevel(full, model, level), model); };
  int level = model.level < 0 ? (full.view().has_volume() ? kFirstLevelOfVolumes : kFirstLevel) : model.level;
  if (predicted(level) > seconds) {
    while (level < kWorst && predicted(level) > kComfort * seconds) ++level;
  } else if (level > 0 && predicted(level - 1) <= kRoom * seconds) {
    --level;
  }
  model.level = level;
  v1::RenderRequest chosen = AtLevel(full, model, level);
  v1::RenderRequest finer = chosen;
  finer.mutable_output()->set_quality(AtLevel(full, model, kFirstLevel).output().quality());
  // Where the machine is slow and the line is not, a lower quality saves nothing.
  return level > kFirstLevel && PredictedSeconds(finer, model) <= kComfort * seconds ? finer : chosen;
}

void QualityController::Observe(const v1::RenderRequest& rendered, const FrameCost& cost) {
  Model& model = ModelOf(rendered.view());
  const double pixels = static_cast<double>(cost.width) * cost.height;
  if (pixels <= 0 || cost.bytes == 0) return;
  if (rendered.output().width() == 0) {
    model.natural_width = cost.width;
    model.natural_height = cost.height;
  }
  const double computed = absl::ToDoubleSeconds(cost.compute);
  if (computed > 0 && rendered.output().format() == v1::Output::JPEG) {
    (IsFullVolume(rendered.view()) ? model.full_seconds : model.seconds).Add(pixels, computed);
  }
  model.bytes_per_pixel.Add(static_cast<double>(cost.bytes) / pixels / BytesFactor(rendered.output()));
  seconds_per_byte_.Add(absl::ToDoubleSeconds(cost.delivery) / static_cast<double>(cost.bytes));
}

}  // namespace vitrine::service
