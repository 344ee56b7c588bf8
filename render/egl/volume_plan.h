#ifndef VITRINE_RENDER_EGL_VOLUME_PLAN_H_
#define VITRINE_RENDER_EGL_VOLUME_PLAN_H_

// What the caller's thread works out before the GL thread draws a volume: the numbers that volume_shaders.h reads.

#include <cstdint>
#include <vector>

#include "render/egl/transfer_table.h"
#include "render/egl/volume_shaders.h"
#include "render/egl/volume_tone.h"
#include "render/volume_job.h"

namespace vitrine::render::egl {

struct VolumePlan {
  VolumeVariant variant;
  std::vector<double> columns;  // See kDoublesPerColumn.
  std::vector<double> slabs;    // See kDoublesPerSlab.
  int chunk = 1;                // Samples for which single precision carries a position on from an exact one.
  VolumeTone tone;
  TransferTable transfer;  // kComposite only.

  // Of target, buffers and readback together.
  uint64_t bytes = 0;
  uint64_t largest_buffer = 0;  // In bytes.
};

// `job` is valid.
VolumePlan MakeVolumePlan(const VolumeJob& job);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_VOLUME_PLAN_H_
