#ifndef VITRINE_RENDER_SIMD_COMPOSITE_PHANTOMS_H_
#define VITRINE_RENDER_SIMD_COMPOSITE_PHANTOMS_H_

// Volumes, transfer functions and views for the tests of volume rendering.

#include <functional>
#include <memory>

#include "image/geometry.h"
#include "image/transfer_function.h"
#include "image/volume.h"
#include "render/volume_job.h"

namespace vitrine::render {

// Modality value at voxel coordinates.
using Field = std::function<double(const image::Vector3&)>;

struct Phantom {
  image::Lattice lattice{40, 36, 30, {-20, -18, -15}, {0.8, 0, 0}, {0, 0.8, 0}, {0, 0, 1.1}};
  image::SampleType type = image::SampleType::kInt16;
  image::Rescale rescale{1, -1024};
  std::function<bool(int, int, int)> is_padding;  // Of a column, row and slice; none where empty.
};

std::shared_ptr<image::Volume> Make(const Phantom& phantom, const Field& field);

// From `inside` at the middle to `outside`, over `softness` voxels around `radius`.
Field Sphere(double radius, double softness, double inside, double outside);
// Bone in muscle in air, none of them concentric.
double NestedSpheres(const image::Vector3& p);
// Values that repeat nowhere and jump from voxel to voxel.
double Noise(const image::Vector3& p);

image::TransferFunction Bone();
image::TransferFunction Translucent();
// Two shells with clear space between, with ramps of `ramp`.
image::TransferFunction Shells(double ramp);
image::TransferFunction Unshaded(image::TransferFunction function);

// The whole volume in parallel projection along `forward` (mm, any length), `step_mm` between samples.
VolumeJob View(std::shared_ptr<const image::Volume> volume, const image::TransferFunction& function,
               image::Vector3 forward, double step_mm);

inline constexpr image::Vector3 kAnterior{0, 1, 0};
inline constexpr image::Vector3 kFromTheLeft{-1, 0, 0};
inline constexpr image::Vector3 kFromTheHead{0, 0, -1};
inline constexpr image::Vector3 kOblique{-0.4, 0.8, -0.35};

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_SIMD_COMPOSITE_PHANTOMS_H_
