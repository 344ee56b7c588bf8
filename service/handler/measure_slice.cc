#include "service/handler/measure_slice.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "render/volume_probe.h"
#include "service/handler/camera.h"
#include "service/handler/view_extent.h"
#include "service/handler/volume_job.h"

namespace vitrine::service {
namespace {

using image::Vector3;
using Shape = v1::MeasureRequest::Shape;
using Response = v1::MeasureResponse;

constexpr double kOnPlane = 0.01;            // mm
constexpr int kSamplesBetweenChecks = 4096;  // Of the operation.

// The plane of a SliceView with the grid of samples on it.
class Plane {
 public:
  Plane(const image::Lattice& lattice, const ResolvedCamera& camera)
      : lattice_(lattice), camera_(camera), step_(SmallestSpacing(lattice)), anchor_(ToPlane(lattice.origin)) {}

  // mm to the right and down.
  PlanePoint ToPlane(const Vector3& position) const {
    const Vector3 offset = position - camera_.look_at;
    return {Dot(offset, camera_.right), Dot(offset, camera_.down)};
  }
  double DistanceOf(const Vector3& position) const {
    return std::abs(Dot(position - camera_.look_at, camera_.forward));
  }

  // Grid steps.
  PlanePoint ToGrid(const PlanePoint& point) const {
    return {(point.x - anchor_.x) / step_, (point.y - anchor_.y) / step_};
  }
  Vector3 PositionOf(const PlanePoint& grid) const {
    return camera_.look_at + (anchor_.x + grid.x * step_) * camera_.right + (anchor_.y + grid.y * step_) * camera_.down;
  }

  // Without grid points that cannot lie in the volume.
  SampleArea AreaOf(Shape::Kind kind, const std::vector<PlanePoint>& points) const {
    const auto form = kind == Shape::ELLIPSE ? SampleArea::Form::kEllipse : SampleArea::Form::kRectangle;
    SampleArea area(form, ToGrid(points[0]), ToGrid(points[1]));
    const PlanePoint middle = ToGrid(ToPlane(CentreOf(lattice_)));
    const double across = ExtentAlong(lattice_, camera_.right) / step_ / 2;
    const double down = ExtentAlong(lattice_, camera_.down) / step_ / 2;
    area.ClipTo({middle.x - across, middle.y - down}, {middle.x + across, middle.y + down});
    return area;
  }

  // The view's samples, as pixels at grid points: pixel (0, 0) at `first`.
  render::VolumeJob JobAt(const render::VolumeJob& view, const PlanePoint& first) const {
    const image::Matrix3 to_voxel = Inverse(lattice_.steps());
    render::VolumeJob job = view;
    // The plane lies in the middle of the samples of a slab.
    job.origin = ToVoxel(lattice_, PositionOf(first)) - (view.samples - 1) / 2.0 * view.step;
    job.right = to_voxel * (step_ * camera_.right);
    job.down = to_voxel * (step_ * camera_.down);
    return job;
  }

 private:
  const image::Lattice& lattice_;
  const ResolvedCamera camera_;
  const double step_;        // mm
  const PlanePoint anchor_;  // The foot of the first voxel's centre.
};

struct PlacedShape {
  Shape::Kind kind;
  std::vector<PlanePoint> points;  // mm on the plane.
};

struct SliceMeasure {
  std::shared_ptr<const SourceVolume> source;
  Plane plane;
  render::VolumeJob view;
  std::vector<PlacedShape> shapes;
};

absl::Status AddSamples(const SliceMeasure& measure, const SampleArea& area, const Operation& operation,
                        RunningStatistics& statistics) {
  const SampleArea::Range rows = area.rows();
  const SampleArea::Range all_columns = area.columns();
  if (rows.count() == 0 || all_columns.count() == 0) return absl::OkStatus();
  const render::VolumeJob job =
      measure.plane.JobAt(measure.view, {static_cast<double>(all_columns.first), static_cast<double>(rows.first)});
  const render::VolumeProbe probe(job);
  int64_t unchecked = 0;
  for (int64_t row = rows.first; row <= rows.last; ++row) {
    const SampleArea::Range columns = area.ColumnsOf(row);
    for (int64_t column = columns.first; column <= columns.last; ++column) {
      if ((unchecked += job.samples) >= kSamplesBetweenChecks) {
        VITRINE_RETURN_IF_ERROR(operation.Check());
        unchecked = 0;
      }
      const auto value =
          probe.ValueOf(static_cast<int>(column - all_columns.first), static_cast<int>(row - rows.first));
      if (value) statistics.Add(*value);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Response> Measure(const SliceMeasure& measure, const Operation& operation) {
  Response response;
  response.set_unit(measure.source->unit);
  for (const PlacedShape& shape : measure.shapes) {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    Response::Result& result = *response.add_results();
    MeasureGeometry(shape.kind, shape.points, PlaneScale{1, 1, Response::VOLUME_GEOMETRY}, result);
    if (shape.kind == Shape::POINT) {
      const render::VolumeJob job = measure.plane.JobAt(measure.view, measure.plane.ToGrid(shape.points[0]));
      if (const auto value = render::VolumeProbe(job).ValueOf(0, 0)) result.set_value(*value);
    }
    if (!HasArea(shape.kind)) continue;
    RunningStatistics statistics;
    const SampleArea area = measure.plane.AreaOf(shape.kind, shape.points);
    VITRINE_RETURN_IF_ERROR(AddSamples(measure, area, operation, statistics));
    statistics.WriteTo(*result.mutable_statistics());
  }
  return response;
}

absl::StatusOr<std::vector<PlacedShape>> PlaceShapes(const v1::MeasureRequest& request, const Plane& plane) {
  std::vector<PlacedShape> shapes;
  for (int i = 0; i < request.shapes_size(); ++i) {
    const Shape& shape = request.shapes(i);
    PlacedShape& placed = shapes.emplace_back(PlacedShape{shape.kind(), {}});
    for (int k = 0; k < shape.points_size(); ++k) {
      const Vector3 position = ToVector(shape.points(k));
      if (plane.DistanceOf(position) > kOnPlane) {
        return MakeError(ErrorCategory::kInvalidRequest,
                         absl::StrCat("shapes[", i, "].points[", k, "] is not on the view's plane"));
      }
      placed.points.push_back(plane.ToPlane(position));
    }
  }
  return shapes;
}

// In double precision, for the products may overflow.
double SamplesOf(const SliceMeasure& measure) {
  double points = 0;
  for (const PlacedShape& shape : measure.shapes) {
    if (shape.kind == Shape::POINT) ++points;
    if (!HasArea(shape.kind)) continue;
    const SampleArea area = measure.plane.AreaOf(shape.kind, shape.points);
    points += static_cast<double>(area.rows().count()) * static_cast<double>(area.columns().count());
  }
  return points * measure.view.samples;
}

// The view as a picture of one pixel: its samples, reduction, interpolation and crop.
absl::StatusOr<VolumeViewJob> OnePixel(const v1::View& view, const std::shared_ptr<const SourceVolume>& source,
                                       const RenderLimits& limits) {
  v1::RenderRequest render;
  *render.mutable_view() = view;
  render.mutable_output()->set_width(1);
  render.mutable_output()->set_height(1);
  render.mutable_output()->set_bits(8);
  return MakeVolumeJob(render, source, limits);
}

}  // namespace

absl::StatusOr<MeasurePlan> PlanSliceMeasure(const v1::MeasureRequest& canonical,
                                             const std::shared_ptr<const SourceVolume>& source,
                                             const RenderLimits& limits) {
  const image::Lattice& lattice = source->volume.lattice;
  VITRINE_ASSIGN_OR_RETURN(const ResolvedCamera camera, ResolveCamera(canonical.view().slice().camera(),
                                                                      CentreOf(lattice), DefaultDistance(lattice)));
  VITRINE_ASSIGN_OR_RETURN(VolumeViewJob view, OnePixel(canonical.view(), source, limits));
  const Plane plane(lattice, camera);
  VITRINE_ASSIGN_OR_RETURN(std::vector<PlacedShape> shapes, PlaceShapes(canonical, plane));
  auto measure =
      std::make_shared<const SliceMeasure>(SliceMeasure{source, plane, std::move(view.job), std::move(shapes)});
  const double samples = SamplesOf(*measure);
  VITRINE_RETURN_IF_ERROR(CheckMeasureSamples(samples, limits));
  MeasurePlan plan;
  plan.samples = static_cast<int64_t>(samples);
  plan.run = [measure](const Operation& operation) { return Measure(*measure, operation); };
  return plan;
}

}  // namespace vitrine::service
