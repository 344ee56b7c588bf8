#include "render/simd/volume_reduction.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/status_macros.h"
#include "render/simd/kernels.h"
#include "render/simd/tone_rows.h"
#include "render/simd/volume_rows.h"

namespace vitrine::render::simd {
namespace {

// Jobs of fewer samples are done before another thread has woken up.
constexpr double kSamplesWorthThreads = 2e6;

// The first error of several threads.
class FirstError {
 public:
  void Add(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    status_.Update(status);
  }
  bool ok() const {
    absl::MutexLock lock(&mutex_);
    return status_.ok();
  }
  absl::Status status() const {
    absl::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

// Shows rows of values, which are a picture of stored values like any other; NaN is black.
void Show(const VolumeJob& job, std::shared_ptr<const image::Frame> values, int first_row, image::Raster& raster) {
  const int rows = values->rows;
  RenderJob tone_job;
  tone_job.frame = std::move(values);
  tone_job.tone = job.tone;
  tone_job.bits = job.bits;
  const ToneRows tone(tone_job, 0, rows);
  std::vector<float> display(job.bits == 8 ? 0 : job.width);
  for (int v = 0; v < rows; ++v) {
    uint8_t* output = raster.samples.data() + (first_row + v) * raster.row_bytes();
    if (job.bits == 8) {
      tone.ToBytes(0, v, job.width, output);
      continue;
    }
    tone.ToFloats(0, v, job.width, display.data());
    QuantizeToWords(display.data(), display.size(), reinterpret_cast<uint16_t*>(output));
  }
}

absl::Status RenderRows(const VolumeRows& rows, int first, int last, const Operation& operation,
                        image::Raster& raster) {
  image::Frame values{rows.stride(), last - first, 1, image::SampleType::kFloat32, 32, {}};
  values.samples.resize(values.row_bytes() * values.rows);
  VITRINE_RETURN_IF_ERROR(ReduceRows(rows, first, last, operation, reinterpret_cast<float*>(values.samples.data())));
  Show(rows.job(), std::make_shared<const image::Frame>(std::move(values)), first, raster);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<image::Raster> RenderReduction(const VolumeJob& job, Parallel& parallel, const Operation& operation) {
  image::Raster raster{job.width, job.height, 1, job.bits, {}};
  raster.samples.resize(raster.row_bytes() * raster.height);
  const VolumeRows rows(job);
  const int tasks = (job.height + VolumeRows::kRowsPerCall - 1) / VolumeRows::kRowsPerCall;
  FirstError error;
  const auto render = [&](int task) {
    if (!error.ok()) return;
    const int first = task * VolumeRows::kRowsPerCall;
    const int last = std::min(first + VolumeRows::kRowsPerCall, job.height);
    error.Add(RenderRows(rows, first, last, operation, raster));
  };
  const double samples = static_cast<double>(job.width) * job.height * job.samples;
  Serial serial;
  (samples < kSamplesWorthThreads ? serial : parallel).For(tasks, render);
  VITRINE_RETURN_IF_ERROR(error.status());
  return raster;
}

}  // namespace vitrine::render::simd
