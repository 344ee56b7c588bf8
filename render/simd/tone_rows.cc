#include "render/simd/tone_rows.h"

#include "render/simd/kernels.h"

namespace vitrine::render::simd {
namespace {

using image::Frame;
using image::SampleType;

const uint8_t* SamplesAt(const Frame& frame, int x, int y) {
  return frame.row<uint8_t>(y) + static_cast<size_t>(x) * frame.channels * image::BytesPerSample(frame.type);
}

template <typename Value>
void LookUp(const Frame& frame, int x, int y, int count, int first, const Value* table, Value* output) {
  const auto look_up = [=](const auto* row) {
    for (int i = 0; i < count; ++i) output[i] = table[static_cast<int>(row[x + i]) - first];
  };
  switch (frame.type) {
    case SampleType::kUint8: return look_up(frame.row<uint8_t>(y));
    case SampleType::kUint16: return look_up(frame.row<uint16_t>(y));
    case SampleType::kInt16: return look_up(frame.row<int16_t>(y));
    case SampleType::kFloat32: return;  // Has no table.
  }
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
    case TonePlan::Kind::kEvaluate: EvaluateRow(job_, x, y, count, output); return;
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
