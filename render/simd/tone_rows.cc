#include "render/simd/tone_rows.h"

#include <cmath>

#include "render/simd/kernels.h"

namespace vitrine::render::simd {
namespace {

using image::Frame;
using image::SampleType;

const uint8_t* SamplesAt(const Frame& frame, int x, int y) {
  return frame.row<uint8_t>(y) + static_cast<size_t>(x) * frame.channels * image::BytesPerSample(frame.type);
}

// Calls `visit` with a typed pointer to the samples from pixel x of row y on.
template <typename Visitor>
void VisitSamples(const Frame& frame, int x, int y, const Visitor& visit) {
  const uint8_t* samples = SamplesAt(frame, x, y);
  switch (frame.type) {
    case SampleType::kUint8: return visit(samples);
    case SampleType::kUint16: return visit(reinterpret_cast<const uint16_t*>(samples));
    case SampleType::kInt16: return visit(reinterpret_cast<const int16_t*>(samples));
    case SampleType::kFloat32: return visit(reinterpret_cast<const float*>(samples));
  }
}

template <typename Value>
void LookUp(const Frame& frame, int x, int y, int count, int first, const Value* table, Value* output) {
  VisitSamples(frame, x, y, [=](const auto* samples) {
    for (int i = 0; i < count; ++i) output[i] = table[static_cast<int>(samples[i]) - first];
  });
}

}  // namespace

ToneRows::ToneRows(const RenderJob& job, int first_row, int row_count)
    : job_(job), plan_(PlanTone(job, first_row, row_count)) {
  if (plan_.kind != TonePlan::Kind::kTable || job.bits != 8) return;
  byte_table_.resize(plan_.table.size());
  QuantizeToBytes(plan_.table.data(), plan_.table.size(), byte_table_.data());
}

void ToneRows::ToFloats(int x, int y, int count, float* output) const {
  const Frame& frame = *job_.frame;
  switch (plan_.kind) {
    case TonePlan::Kind::kAffine:
      ToneToFloats(plan_, frame.type, SamplesAt(frame, x, y), static_cast<size_t>(count) * frame.channels, output);
      return;
    case TonePlan::Kind::kTable: LookUp(frame, x, y, count, plan_.first, plan_.table.data(), output); return;
    case TonePlan::Kind::kEvaluate:
      VisitSamples(frame, x, y, [&](const auto* samples) {
        for (int i = 0; i < count; ++i) {
          const double value = image::Evaluate(job_.tone, static_cast<double>(samples[i]));
          output[i] = std::isnan(value) ? 0.0f : static_cast<float>(value);
        }
      });
      return;
  }
}

void ToneRows::ToBytes(int x, int y, int count, uint8_t* output) const {
  const Frame& frame = *job_.frame;
  switch (plan_.kind) {
    case TonePlan::Kind::kAffine:
      ToneToBytes(plan_, frame.type, SamplesAt(frame, x, y), static_cast<size_t>(count) * frame.channels, output);
      return;
    case TonePlan::Kind::kTable: LookUp(frame, x, y, count, plan_.first, byte_table_.data(), output); return;
    case TonePlan::Kind::kEvaluate: {
      std::vector<float> values(count);
      ToFloats(x, y, count, values.data());
      QuantizeToBytes(values.data(), values.size(), output);
      return;
    }
  }
}

}  // namespace vitrine::render::simd
