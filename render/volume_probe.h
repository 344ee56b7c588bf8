#ifndef VITRINE_RENDER_VOLUME_PROBE_H_
#define VITRINE_RENDER_VOLUME_PROBE_H_

#include <optional>

#include "render/volume_job.h"

namespace vitrine::render {

// Reads the values behind a view, one at a time and in double precision, where a renderer would make a picture of them.
// Thread-safe; borrows the job, whose reduction is not kComposite and whose width, height and tone do not matter.
class VolumeProbe {
 public:
  explicit VolumeProbe(const VolumeJob& job) : job_(job), clipper_(job) {}

  // The modality value of pixel (u, v): that of the samples behind it, reduced. nullopt where none of them counts.
  std::optional<double> ValueOf(int u, int v) const;

 private:
  const VolumeJob& job_;
  const RayClipper clipper_;
};

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_VOLUME_PROBE_H_
