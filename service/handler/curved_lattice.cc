#include "service/handler/curved_lattice.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::service {
namespace {

using image::Vector3;

// The sine of the angle between the path and the line of sight below which they count as parallel.
constexpr double kParallel = 1e-3;
// mm to each side over which the path turns at its corners; pictures along it would jump there.
constexpr double kSmoothing = 10;
// Directions of the path that decide on the picture's height.
constexpr int kProbes = 256;

CurveColumn ColumnAt(const CurvePath& path, double arc, const Vector3& sight, const Vector3& last_down) {
  CurveColumn column;
  column.centre = path.At(arc);
  const Vector3 along = path.Direction(arc);
  Vector3 down = Cross(sight, along);
  if (Length(down) < kParallel) down = last_down - Dot(last_down, along) * along;
  column.down = Length(down) > 0 ? Normalized(down) : last_down;
  column.forward = Normalized(Cross(along, column.down));
  return column;
}

// The first direction down that the path has.
absl::StatusOr<Vector3> FirstDown(const CurvePath& path, const Vector3& sight) {
  for (int i = 0; i < kProbes; ++i) {
    const Vector3 down = Cross(sight, path.Direction((i + 0.5) / kProbes * path.length()));
    if (Length(down) >= kParallel) return Normalized(down);
  }
  return MakeError(ErrorCategory::kInvalidRequest, "the curve is parallel to the line of sight");
}

double HeightOf(const CurvePath& path, const image::Lattice& lattice, const Vector3& sight, Vector3 down) {
  double height = 0;
  for (int i = 0; i < kProbes; ++i) {
    down = ColumnAt(path, (i + 0.5) / kProbes * path.length(), sight, down).down;
    height = std::max(height, ExtentAlong(lattice, down));
  }
  return height;
}

}  // namespace

CurvePath PathOf(const v1::SliceView& slice) {
  std::vector<Vector3> points;
  for (const v1::Vector3& point : slice.curve()) points.push_back(ToVector(point));
  return CurvePath(std::move(points), kSmoothing);
}

absl::StatusOr<CurvedLattice> CurvedLatticeOf(const v1::SliceView& slice, const v1::Output& output,
                                              const image::Lattice& lattice, const ResolvedCamera& camera) {
  const CurvePath path = PathOf(slice);
  VITRINE_ASSIGN_OR_RETURN(Vector3 down, FirstDown(path, camera.forward));
  const double field_of_view = slice.camera().field_of_view_mm();
  const double height = field_of_view > 0 ? field_of_view : HeightOf(path, lattice, camera.forward, down);
  CurvedLattice curved;
  curved.scale = ScaleInto({path.length(), height, 0}, v1::Camera(), output);
  for (int u = 0; u < curved.scale.width; ++u) {
    const double arc = (u + 0.5) / curved.scale.width * path.length();
    curved.columns.push_back(ColumnAt(path, arc, camera.forward, down));
    down = curved.columns.back().down;
  }
  return curved;
}

std::vector<render::VolumeJob::Column> CurvedColumns(const CurvedLattice& curved, const image::Lattice& lattice,
                                                     double front, double step) {
  const image::Matrix3 to_voxel = Inverse(lattice.steps());
  const double pixel = curved.scale.pixel_mm;
  std::vector<render::VolumeJob::Column> columns;
  columns.reserve(curved.columns.size());
  for (const CurveColumn& column : curved.columns) {
    const Vector3 first =
        column.centre + (0.5 - curved.scale.height / 2.0) * pixel * column.down + front * column.forward;
    columns.push_back({ToVoxel(lattice, first), to_voxel * (pixel * column.down), to_voxel * (step * column.forward)});
  }
  return columns;
}

}  // namespace vitrine::service
