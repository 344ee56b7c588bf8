#ifndef VITRINE_SERVICE_HANDLER_CURVED_LATTICE_H_
#define VITRINE_SERVICE_HANDLER_CURVED_LATTICE_H_

// Curved reformations: a path straightened along the picture's rows.

#include <vector>

#include "absl/status/statusor.h"
#include "image/volume.h"
#include "render/volume_job.h"
#include "service/handler/camera.h"
#include "service/handler/curve_path.h"
#include "service/handler/view_extent.h"
#include "vitrine/v1/view.pb.h"

namespace vitrine::service {

// The points of a slice's curve, which turns at its corners over 10 mm to each side.
CurvePath PathOf(const v1::SliceView& slice);

// What one column of the picture shows, in patient space.
struct CurveColumn {
  image::Vector3 centre;  // On the path, mm.
  image::Vector3 down;    // Unit vectors; `forward` is the camera's line of sight, turned at a right angle to the path.
  image::Vector3 forward;
};

struct CurvedLattice {
  PictureScale scale;
  std::vector<CurveColumn> columns;  // One for each of the picture's.
};

// Column u is in the middle of part u of `width` equal parts of the path. `down` is the line of sight x the path's
// direction; where these are parallel, that of the column before. The picture is as wide as the path is long, and as
// high as the volume reaches along `down` at most or as the camera's field of view says. kInvalidRequest where the
// whole path is parallel to the line of sight.
absl::StatusOr<CurvedLattice> CurvedLatticeOf(const v1::SliceView& slice, const v1::Output& output,
                                              const image::Lattice& lattice, const ResolvedCamera& camera);

// As columns of a job, in voxel coordinates, whose samples begin `front` mm along `forward` from the path.
std::vector<render::VolumeJob::Column> CurvedColumns(const CurvedLattice& curved, const image::Lattice& lattice,
                                                     double front, double step);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_CURVED_LATTICE_H_
