#include "service/handler/view_extent.h"

#include <algorithm>
#include <cmath>

namespace vitrine::service {

using image::Vector3;

Vector3 CentreOf(const image::Lattice& lattice) {
  return ToPatient(lattice, {(lattice.columns - 1) / 2.0, (lattice.rows - 1) / 2.0, (lattice.slices - 1) / 2.0});
}

double DefaultDistance(const image::Lattice& lattice) {
  const image::Box box = BoundingBox(lattice);
  return Length(box.maximum - box.minimum) / 2;
}

double ExtentAlong(const image::Lattice& lattice, const Vector3& direction) {
  // A parallelepiped is as long in a direction as its three edges are together.
  return lattice.columns * std::abs(Dot(lattice.column_step, direction)) +
         lattice.rows * std::abs(Dot(lattice.row_step, direction)) +
         lattice.slices * std::abs(Dot(lattice.slice_step, direction));
}

ViewExtent ExtentOf(const image::Lattice& lattice, const ResolvedCamera& camera) {
  return {ExtentAlong(lattice, camera.right), ExtentAlong(lattice, camera.down), ExtentAlong(lattice, camera.forward)};
}

PictureScale ScaleInto(const ViewExtent& extent, const v1::Camera& camera, const v1::Output& output) {
  PictureScale scale{output.width(), output.height(), 0};
  if (camera.field_of_view_mm() > 0) {
    scale.pixel_mm = camera.field_of_view_mm() / std::max(scale.width, scale.height);
  } else {
    scale.pixel_mm = std::max(extent.width / output.width(), extent.height / output.height());
    const auto pixels = [&](double mm, int most) {
      return std::clamp(static_cast<int>(std::lround(mm / scale.pixel_mm)), 1, most);
    };
    scale.width = pixels(extent.width, output.width());
    scale.height = pixels(extent.height, output.height());
  }
  if (camera.zoom() > 0) scale.pixel_mm /= camera.zoom();
  return scale;
}

}  // namespace vitrine::service
