#include "service/handler/measure_request.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::service {
namespace {

using Shape = v1::MeasureRequest::Shape;

constexpr int kMostShapes = 256;
constexpr double kLargestCoordinate = 1e6;

absl::Status Invalid(absl::string_view message) { return MakeError(ErrorCategory::kInvalidRequest, message); }

// 0 for kinds that are none.
int PointsOf(Shape::Kind kind) {
  switch (kind) {
    case Shape::POINT: return 1;
    case Shape::LENGTH:
    case Shape::RECTANGLE:
    case Shape::ELLIPSE: return 2;
    case Shape::ANGLE: return 3;
    default: return 0;
  }
}

bool Same(const v1::Vector3& a, const v1::Vector3& b) { return a.x() == b.x() && a.y() == b.y() && a.z() == b.z(); }

absl::Status CanonicalizeShape(Shape& shape, bool flat) {
  const int points = PointsOf(shape.kind());
  if (points == 0) return Invalid("kind is required");
  if (shape.points_size() != points) {
    return Invalid(absl::StrCat(Shape::Kind_Name(shape.kind()), " has ", points, points == 1 ? " point" : " points"));
  }
  for (v1::Vector3& point : *shape.mutable_points()) {
    if (flat) point.set_z(0);
    for (const double value : {point.x(), point.y(), point.z()}) {
      if (!(std::abs(value) <= kLargestCoordinate)) return Invalid("points must be finite and at most 1e6");
    }
  }
  if (shape.kind() != Shape::ANGLE) return absl::OkStatus();
  if (!Same(shape.points(0), shape.points(1)) && !Same(shape.points(2), shape.points(1))) return absl::OkStatus();
  return Invalid("both ends of an angle must differ from its vertex, the second point");
}

absl::Status CheckView(const v1::View& view) {
  if (view.has_volume()) return Invalid("view.volume shows no plane to measure on");
  if (view.slice().curve_size() > 0) return Invalid("view.slice.curve is no plane to measure on");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::MeasureRequest> CanonicalizeMeasure(v1::MeasureRequest request, const RenderLimits& limits) {
  if (!request.has_view()) return Invalid("view is required");
  VITRINE_RETURN_IF_ERROR(CheckView(request.view()));
  if (request.shapes_size() < 1 || request.shapes_size() > kMostShapes) {
    return Invalid(absl::StrCat("shapes must be 1 to ", kMostShapes));
  }
  v1::RenderRequest render;
  *render.mutable_view() = std::move(*request.mutable_view());
  VITRINE_ASSIGN_OR_RETURN(render, Canonicalize(std::move(render), limits));
  *request.mutable_view() = std::move(*render.mutable_view());
  for (int i = 0; i < request.shapes_size(); ++i) {
    const absl::Status status = CanonicalizeShape(*request.mutable_shapes(i), request.view().has_frame());
    if (!status.ok()) return Prefixed(status, absl::StrCat("shapes[", i, "]"));
  }
  return request;
}

}  // namespace vitrine::service
