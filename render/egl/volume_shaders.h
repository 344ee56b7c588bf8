#ifndef VITRINE_RENDER_EGL_VOLUME_SHADERS_H_
#define VITRINE_RENDER_EGL_VOLUME_SHADERS_H_

// One fragment shader that draws a VolumeJob, compiled in the variants that jobs need. Every pixel walks its own
// samples. Hardware filtering would round the weights to 8 bits, so that all interpolation is done here.

#include <string>

#include "image/frame.h"
#include "render/volume_job.h"

namespace vitrine::render::egl {

struct VolumeVariant {
  image::SampleType type = image::SampleType::kInt16;
  Reduction reduction = Reduction::kMean;
  bool cubic = false;
  bool padded = false;  // The volume has padding.
  bool shaded = false;  // kComposite with lighting.
};

// Bindings of textures and storage buffers.
enum VolumeTextureUnit { kVoxelsUnit = 0, kBricksUnit = 1, kPaddingUnit = 2 };
enum VolumeBuffer { kColumnsBuffer = 0, kSlabsBuffer = 1, kLutsBuffer = 2, kSegmentsBuffer = 3, kBucketsBuffer = 4 };

// Of each output column: origin, down, step; the unit vector along step and its length in patient space.
constexpr int kDoublesPerColumn = 13;
// Of RayClipper: normal, low, high.
constexpr int kDoublesPerSlab = 5;

std::string VolumeFragmentShader(const VolumeVariant& variant);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_VOLUME_SHADERS_H_
