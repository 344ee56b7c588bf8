#ifndef VITRINE_RENDER_SIMD_VOLUME_ROWS_H_
#define VITRINE_RENDER_SIMD_VOLUME_ROWS_H_

// The samples of a VolumeJob, reduced to one stored value a pixel.

#include <vector>

#include "absl/status/status.h"
#include "base/operation.h"
#include "render/simd/volume_layout.h"
#include "render/volume_job.h"

namespace vitrine::render::simd {

// One coordinate of the columns of a job, for loads of whole vectors.
struct ColumnAxis {
  std::vector<double> origin;
  std::vector<double> down;
  std::vector<double> step;
};

// What all rows of a job share. Immutable; borrows the job.
class VolumeRows {
 public:
  // Rows that are best reduced together: their samples share cache lines.
  static constexpr int kRowsPerCall = 32;
  // At least the lanes of any vector; stride() is a multiple.
  static constexpr int kColumnAlignment = 16;

  explicit VolumeRows(const VolumeJob& job);

  const VolumeJob& job() const { return job_; }
  const VolumeLayout& layout() const { return layout_; }
  const RayClipper& clipper() const { return clipper_; }
  // Columns in memory, those of the picture and repetitions of its last.
  int stride() const { return stride_; }
  const ColumnAxis& x() const { return x_; }
  const ColumnAxis& y() const { return y_; }
  const ColumnAxis& z() const { return z_; }
  // Of a job with one sample a pixel: the rows of column u whose sample counts.
  RayRange rows_of(int u) const { return rows_[u]; }

 private:
  const VolumeJob& job_;
  const VolumeLayout layout_;
  const RayClipper clipper_;
  const int stride_;
  ColumnAxis x_;
  ColumnAxis y_;
  ColumnAxis z_;
  std::vector<RayRange> rows_;
};

// The rows [first, last), at most kRowsPerCall, to `values` of stride() floats a row, those past the picture's width
// included; NaN where no sample counts. CANCELLED or DEADLINE_EXCEEDED as `operation` says.
absl::Status ReduceRows(const VolumeRows& rows, int first, int last, const Operation& operation, float* values);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_VOLUME_ROWS_H_
