#include "render/tone_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "render/sample_range.h"

namespace vitrine::render {
namespace {

using image::SampleType;

// Below this the product with a float sample may underflow; above its inverse it may overflow.
constexpr double kSmallestScale = 1e-30;

// The float nearest to `value` that is not below it (`up`) or not above it.
float RoundInward(double value, bool up) {
  const double limit = std::numeric_limits<float>::max();
  const float infinity = std::numeric_limits<float>::infinity();
  const float nearest = static_cast<float>(std::clamp(value, -limit, limit));
  if (up) return nearest < value ? std::nextafter(nearest, infinity) : nearest;
  return nearest > value ? std::nextafter(nearest, -infinity) : nearest;
}

std::optional<TonePlan> PlanAffine(const RenderJob& job) {
  image::ToneCurve curve = job.tone;
  curve.padding.reset();  // Is applied beside the line.
  const std::optional<image::AffineTone> line = image::AsAffine(curve);
  if (!line) return std::nullopt;
  const bool is_float = job.frame->type == SampleType::kFloat32;
  const double magnitude = std::abs(line->scale);
  const bool in_range = magnitude > kSmallestScale && magnitude < 1 / kSmallestScale;
  if (is_float && !in_range) return std::nullopt;

  TonePlan plan;
  plan.kind = TonePlan::Kind::kAffine;
  double pivot = 0;
  if (is_float) {
    pivot = static_cast<float>(std::clamp(-line->offset / line->scale, -1e30, 1e30));
  } else if (line->scale != 0) {
    pivot = std::round(std::clamp(-line->offset / line->scale, -32768.0, 65535.0));
  }
  const double offset = line->scale * pivot + line->offset;
  plan.pivot = static_cast<float>(pivot);
  plan.scale = static_cast<float>(std::clamp(line->scale, -1 / kSmallestScale, 1 / kSmallestScale));
  plan.offset = static_cast<float>(std::clamp(offset, -1 / kSmallestScale, 1 / kSmallestScale));
  if (job.tone.padding) {
    plan.padding_low = RoundInward(job.tone.padding->low, true);
    plan.padding_high = RoundInward(job.tone.padding->high, false);
  }
  return plan;
}

}  // namespace

TonePlan PlanTone(const RenderJob& job, int first_row, int row_count) {
  const image::Frame& frame = *job.frame;
  TonePlan plan;
  if (frame.channels == 3) {
    plan.kind = TonePlan::Kind::kAffine;
    plan.scale = 1.0f / static_cast<float>((1 << frame.bits) - 1);
    return plan;
  }
  if (std::optional<TonePlan> affine = PlanAffine(job)) return *std::move(affine);
  if (frame.type == SampleType::kFloat32) return plan;
  const SampleRange range = FindSampleRange(frame, first_row, row_count);
  const int count = range.high - range.low + 1;
  if (count > static_cast<int64_t>(row_count) * frame.columns) return plan;
  plan.kind = TonePlan::Kind::kTable;
  plan.first = range.low;
  plan.table = image::Tabulate(job.tone, range.low, count);
  return plan;
}

void EvaluateRow(const RenderJob& job, int x, int y, int count, float* output) {
  const auto evaluate = [&](const auto* row) {
    for (int i = 0; i < count; ++i) {
      const double value = image::Evaluate(job.tone, static_cast<double>(row[x + i]));
      output[i] = std::isnan(value) ? 0.0f : static_cast<float>(value);
    }
  };
  switch (job.frame->type) {
    case SampleType::kUint8: return evaluate(job.frame->row<uint8_t>(y));
    case SampleType::kUint16: return evaluate(job.frame->row<uint16_t>(y));
    case SampleType::kInt16: return evaluate(job.frame->row<int16_t>(y));
    case SampleType::kFloat32: return evaluate(job.frame->row<float>(y));
  }
}

}  // namespace vitrine::render
