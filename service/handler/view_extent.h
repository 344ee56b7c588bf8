#ifndef VITRINE_SERVICE_HANDLER_VIEW_EXTENT_H_
#define VITRINE_SERVICE_HANDLER_VIEW_EXTENT_H_

// How much of a volume a picture shows, and at which scale.

#include "image/geometry.h"
#include "image/volume.h"
#include "service/handler/camera.h"
#include "vitrine/v1/view.pb.h"

namespace vitrine::service {

// mm, LPS.
image::Vector3 CentreOf(const image::Lattice& lattice);
// Half the diagonal of the bounding box: from how far away a camera looks at the centre by default.
double DefaultDistance(const image::Lattice& lattice);

// mm along the camera's right, down and forward.
struct ViewExtent {
  double width = 0;
  double height = 0;
  double depth = 0;
};

// Of the bounding box around the outer edges of the voxels, as the camera sees it.
ViewExtent ExtentOf(const image::Lattice& lattice, const ResolvedCamera& camera);

// The length of the volume along a unit vector, mm.
double ExtentAlong(const image::Lattice& lattice, const image::Vector3& direction);

// A picture of square pixels.
struct PictureScale {
  int width = 0;
  int height = 0;
  double pixel_mm = 0;  // Side of a pixel.
};

// The largest picture of the extent's aspect ratio in the output's box; or, where the camera has a field of view, the
// box itself. Both of the output's sides are set.
PictureScale ScaleInto(const ViewExtent& extent, const v1::Camera& camera, const v1::Output& output);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VIEW_EXTENT_H_
