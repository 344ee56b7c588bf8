#ifndef VITRINE_SERVICE_HANDLER_CAMERA_H_
#define VITRINE_SERVICE_HANDLER_CAMERA_H_

// From an orientation or a viewpoint (PS3.18 8.3.5.3.4 to 8.3.5.3.7) to directions in patient space. The projection is
// orthographic: the eye's distance means nothing.

#include "absl/status/statusor.h"
#include "image/geometry.h"
#include "vitrine/v1/view.pb.h"

namespace vitrine::service {

// mm, LPS. The directions are unit vectors at right angles to each other; right x down = forward.
struct ResolvedCamera {
  image::Vector3 right;
  image::Vector3 down;
  image::Vector3 forward;
  image::Vector3 look_at;  // The centre of the picture, before any pan.

  // As the request gave them, else the defaults. `up` may be oblique to the line of sight; `down` is not.
  image::Vector3 position;
  image::Vector3 up;
};

// Resolves a camera against the volume's centre, which it looks at by default from `distance` mm (above 0) away.
// kInvalidRequest, with the reason, where the line of sight or up is degenerate: position equal to look_at, up zero or
// parallel to the line of sight; a coordinate that is not finite or over 1e6; an orientation beside a viewpoint.
absl::StatusOr<ResolvedCamera> ResolveCamera(const v1::Camera& camera, const image::Vector3& centre, double distance);

// What of these errors can be told without a volume.
absl::Status CheckCamera(const v1::Camera& camera);

// Directions for a line of sight and an up vector, neither of which needs to have unit length, with the same errors.
absl::StatusOr<ResolvedCamera> LookAlong(const image::Vector3& forward, const image::Vector3& up);

// The camera turned by an angle about the axis through look_at parallel to up (to -down), counter-clockwise as seen
// from the tip of up.
ResolvedCamera Swivelled(const ResolvedCamera& camera, double degrees);

// The viewpoint as a message: position, look_at and up.
v1::Camera ViewpointOf(const ResolvedCamera& camera);

image::Vector3 ToVector(const v1::Vector3& vector);
v1::Vector3 FromVector(const image::Vector3& vector);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_CAMERA_H_
