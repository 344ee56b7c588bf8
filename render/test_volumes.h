#ifndef VITRINE_RENDER_TEST_VOLUMES_H_
#define VITRINE_RENDER_TEST_VOLUMES_H_

// Generated volumes and views of them for tests and benchmarks. The same call gives the same numbers everywhere.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "image/volume.h"
#include "render/volume_job.h"

namespace vitrine::render {

struct NamedLattice {
  std::string name;
  image::Lattice lattice;
};
// Small ones: anisotropic, rotated, sheared as by a tilted gantry, mirrored, and only one voxel thick along an axis.
std::vector<NamedLattice> LatticeCases();

// `value` of voxel coordinates, rounded where the type holds integers; voxels where `padding` is true are padding.
std::shared_ptr<const image::Volume> FillVolume(
    const image::Lattice& lattice, image::SampleType type, const std::function<double(const image::Vector3&)>& value,
    const std::function<bool(const image::Vector3&)>& padding = [](const image::Vector3&) { return false; });

enum class PhantomPadding {
  kNone,
  kAround,   // Outside a cylinder, as in a CT.
  kAnywhere  // Single voxels too.
};
// A ball, a rod and a slope with some noise on it, without any symmetry. Values are about -1000 to 2000, for unsigned
// types 0 to the largest.
std::shared_ptr<const image::Volume> MakePhantom(const image::Lattice& lattice, image::SampleType type,
                                                 PhantomPadding padding);

struct NamedVolumeJob {
  std::string name;
  VolumeJob job;
};
// Planes, slabs, projections and curved reformations of a phantom, through windows of 100 and more where a pixel may
// differ by 1/255.
std::vector<NamedVolumeJob> VolumeCases(std::shared_ptr<const image::Volume> volume);

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_TEST_VOLUMES_H_
