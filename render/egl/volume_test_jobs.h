#ifndef VITRINE_RENDER_EGL_VOLUME_TEST_JOBS_H_
#define VITRINE_RENDER_EGL_VOLUME_TEST_JOBS_H_

// Generated volumes and jobs for tests. The same call gives the same numbers everywhere.

#include <functional>
#include <memory>

#include "image/volume.h"
#include "render/volume_job.h"

namespace vitrine::render::egl {

// Slices that are further apart than pixels and lean over, as those of a tilted gantry.
image::Lattice Sheared();

// A value for each voxel; rounded where the type holds integers.
std::shared_ptr<image::Volume> MakeVolume(const image::Lattice& lattice, image::SampleType type,
                                          const std::function<double(int i, int j, int k)>& field);

// Waves with noise on the sheared lattice, around the middle of ToneOf(type).
std::shared_ptr<image::Volume> WavesOf(image::SampleType type);
image::ToneCurve ToneOf(image::SampleType type, double width);

// A ball of 1000, smooth over some voxels, in -1000.
std::shared_ptr<image::Volume> Ball(int size);

// Makes the voxels inside padding.
void Pad(const std::function<bool(int i, int j, int k)>& inside, image::Volume& volume);

// An oblique view through the middle of the volume that reaches beyond it on all sides.
VolumeJob Oblique(std::shared_ptr<const image::Volume> volume, Reduction reduction, int samples);

// The same through a transfer function with an empty gap, for values of about [-1000, 1000].
VolumeJob Composite(std::shared_ptr<const image::Volume> volume, bool shaded, int samples);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_VOLUME_TEST_JOBS_H_
