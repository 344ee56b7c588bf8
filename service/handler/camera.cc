#include "service/handler/camera.h"

#include <cmath>
#include <numbers>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::service {
namespace {

using image::Vector3;

constexpr double kLargestCoordinate = 1e6;  // mm
// Below, a direction is noise: the sine of the angle between up and the line of sight, and a distance in mm.
constexpr double kDegenerate = 1e-6;

constexpr Vector3 kHead = {0, 0, 1};
constexpr Vector3 kAnterior = {0, -1, 0};

absl::Status Invalid(absl::string_view message) { return MakeError(ErrorCategory::kInvalidRequest, message); }

absl::Status CheckCoordinates(const v1::Vector3& vector, absl::string_view name) {
  for (const double value : {vector.x(), vector.y(), vector.z()}) {
    if (!std::isfinite(value)) return Invalid(absl::StrCat("camera.", name, " must be finite"));
    if (std::abs(value) > kLargestCoordinate) return Invalid(absl::StrCat("camera.", name, " is out of range"));
  }
  return absl::OkStatus();
}

// The line of sight and up of an orientation (PS3.18 8.3.5.3.4).
std::pair<Vector3, Vector3> DirectionsOf(v1::Camera::Orientation orientation) {
  switch (orientation) {
    case v1::Camera::POSTERIOR: return {{0, -1, 0}, kHead};
    case v1::Camera::RIGHT: return {{1, 0, 0}, kHead};
    case v1::Camera::LEFT: return {{-1, 0, 0}, kHead};
    case v1::Camera::HEAD: return {{0, 0, -1}, kAnterior};
    case v1::Camera::FOOT: return {{0, 0, 1}, kAnterior};
    default: return {{0, 1, 0}, kHead};
  }
}

// Of the head, unless the camera looks along the patient's axis.
Vector3 DefaultUp(const Vector3& forward) {
  return Length(Cross(forward, kHead)) > kDegenerate * Length(forward) ? kHead : kAnterior;
}

bool HasViewpoint(const v1::Camera& camera) { return camera.has_position() || camera.has_look_at() || camera.has_up(); }

absl::Status CheckFields(const v1::Camera& camera) {
  VITRINE_RETURN_IF_ERROR(CheckCoordinates(camera.position(), "position"));
  VITRINE_RETURN_IF_ERROR(CheckCoordinates(camera.look_at(), "look_at"));
  VITRINE_RETURN_IF_ERROR(CheckCoordinates(camera.up(), "up"));
  if (camera.orientation() != v1::Camera::ORIENTATION_UNSPECIFIED && HasViewpoint(camera)) {
    return Invalid("camera.orientation excludes position, look_at and up");
  }
  if (camera.has_up() && !(Length(ToVector(camera.up())) > kDegenerate)) return Invalid("camera.up is zero");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ResolvedCamera> LookAlong(const Vector3& forward, const Vector3& up) {
  if (!(Length(forward) > kDegenerate)) return Invalid("camera.position and camera.look_at are the same point");
  if (!(Length(up) > kDegenerate)) return Invalid("camera.up is zero");
  ResolvedCamera camera;
  camera.forward = Normalized(forward);
  const Vector3 across = Cross(camera.forward, Normalized(up));
  if (!(Length(across) > kDegenerate)) return Invalid("camera.up is parallel to the line of sight");
  camera.right = Normalized(across);
  camera.down = Cross(camera.forward, camera.right);
  camera.up = up;
  return camera;
}

absl::Status CheckCamera(const v1::Camera& camera) {
  // The line of sight may depend on where the volume is.
  if (camera.has_position() && !camera.has_look_at()) return CheckFields(camera);
  return ResolveCamera(camera, {}, 1).status();
}

absl::StatusOr<ResolvedCamera> ResolveCamera(const v1::Camera& camera, const Vector3& centre, double distance) {
  VITRINE_RETURN_IF_ERROR(CheckFields(camera));
  const Vector3 look_at = camera.has_look_at() ? ToVector(camera.look_at()) : centre;
  auto [forward, up] = DirectionsOf(camera.orientation());
  if (camera.has_position()) forward = look_at - ToVector(camera.position());
  if (HasViewpoint(camera)) up = camera.has_up() ? ToVector(camera.up()) : DefaultUp(forward);
  VITRINE_ASSIGN_OR_RETURN(ResolvedCamera resolved, LookAlong(forward, up));
  resolved.look_at = look_at;
  resolved.position = camera.has_position() ? ToVector(camera.position()) : look_at - distance * resolved.forward;
  return resolved;
}

ResolvedCamera Swivelled(const ResolvedCamera& camera, double degrees) {
  const double radians = degrees * std::numbers::pi / 180;
  const Vector3 axis = -camera.down;
  ResolvedCamera turned = camera;
  turned.forward = std::cos(radians) * camera.forward + std::sin(radians) * Cross(axis, camera.forward);
  turned.right = std::cos(radians) * camera.right + std::sin(radians) * Cross(axis, camera.right);
  turned.position = camera.look_at - Length(camera.position - camera.look_at) * turned.forward;
  turned.up = axis;
  return turned;
}

v1::Camera ViewpointOf(const ResolvedCamera& camera) {
  v1::Camera message;
  *message.mutable_position() = FromVector(camera.position);
  *message.mutable_look_at() = FromVector(camera.look_at);
  *message.mutable_up() = FromVector(camera.up);
  return message;
}

Vector3 ToVector(const v1::Vector3& vector) { return {vector.x(), vector.y(), vector.z()}; }

v1::Vector3 FromVector(const Vector3& vector) {
  v1::Vector3 message;
  // Adding zero turns -0 into 0.
  message.set_x(vector.x + 0.0);
  message.set_y(vector.y + 0.0);
  message.set_z(vector.z + 0.0);
  return message;
}

}  // namespace vitrine::service
