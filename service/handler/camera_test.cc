#include "service/handler/camera.h"

#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using image::Vector3;

void ExpectNear(const Vector3& actual, const Vector3& expected) {
  EXPECT_NEAR(actual.x, expected.x, 1e-12);
  EXPECT_NEAR(actual.y, expected.y, 1e-12);
  EXPECT_NEAR(actual.z, expected.z, 1e-12);
}

v1::Camera Viewpoint(const Vector3& position, const Vector3& look_at, const Vector3& up) {
  v1::Camera camera;
  *camera.mutable_position() = FromVector(position);
  *camera.mutable_look_at() = FromVector(look_at);
  *camera.mutable_up() = FromVector(up);
  return camera;
}

constexpr Vector3 kCentre = {10, 20, 30};

// PS3.18 8.3.5.3.4: the camera stands on that side of the patient; up is superior for a, p, r and l, anterior for h and
// f. What is right and what is down follows as a person who stands there sees it; LPS.
TEST(Camera, EveryOrientation) {
  const Vector3 left = {1, 0, 0};
  const Vector3 posterior = {0, 1, 0};
  const Vector3 head = {0, 0, 1};
  const struct {
    v1::Camera::Orientation orientation;
    Vector3 forward;
    Vector3 right;
    Vector3 down;
  } cases[] = {
      {v1::Camera::ANTERIOR, posterior, left, -head}, {v1::Camera::POSTERIOR, -posterior, -left, -head},
      {v1::Camera::RIGHT, left, -posterior, -head},   {v1::Camera::LEFT, -left, posterior, -head},
      {v1::Camera::HEAD, -head, -left, posterior},    {v1::Camera::FOOT, head, left, posterior},
  };
  for (const auto& c : cases) {
    v1::Camera camera;
    camera.set_orientation(c.orientation);
    ASSERT_OK_AND_ASSIGN(const ResolvedCamera resolved, ResolveCamera(camera, kCentre, 100));
    ExpectNear(resolved.forward, c.forward);
    ExpectNear(resolved.right, c.right);
    ExpectNear(resolved.down, c.down);
    ExpectNear(resolved.look_at, kCentre);
    ExpectNear(resolved.position, kCentre - 100.0 * c.forward);
  }
}

TEST(Camera, TheDefaultIsAnterior) {
  ASSERT_OK_AND_ASSIGN(const ResolvedCamera resolved, ResolveCamera(v1::Camera(), kCentre, 50));
  ExpectNear(resolved.position, {10, -30, 30});
  ExpectNear(resolved.look_at, kCentre);
  ExpectNear(resolved.up, {0, 0, 1});
  ExpectNear(resolved.right, {1, 0, 0});
}

TEST(Camera, MissingPartsOfAViewpointHaveDefaults) {
  v1::Camera look_at;
  *look_at.mutable_look_at() = FromVector({1, 2, 3});
  ASSERT_OK_AND_ASSIGN(ResolvedCamera resolved, ResolveCamera(look_at, kCentre, 50));
  ExpectNear(resolved.position, {1, -48, 3});
  v1::Camera position;
  *position.mutable_position() = FromVector({110, 20, 30});
  ASSERT_OK_AND_ASSIGN(resolved, ResolveCamera(position, kCentre, 50));
  ExpectNear(resolved.forward, {-1, 0, 0});
  ExpectNear(resolved.down, {0, 0, -1});
  // From the head, up cannot be the head.
  *position.mutable_position() = FromVector({10, 20, 99});
  ASSERT_OK_AND_ASSIGN(resolved, ResolveCamera(position, kCentre, 50));
  ExpectNear(resolved.down, {0, 1, 0});
}

// PS3.17 XXX.8, as corrected: camera below, looking to the head, up -y, is orientation f.
TEST(Camera, AViewpointCanSayWhatAnOrientationSays) {
  ASSERT_OK_AND_ASSIGN(const ResolvedCamera resolved,
                       ResolveCamera(Viewpoint({5, 5, -100}, {5, 5, 5}, {0, -1, 0}), kCentre, 50));
  ExpectNear(resolved.right, {1, 0, 0});
  ExpectNear(resolved.down, {0, 1, 0});
  ExpectNear(resolved.forward, {0, 0, 1});
}

TEST(Camera, AnObliqueUpIsTurnedUpright) {
  ASSERT_OK_AND_ASSIGN(const ResolvedCamera resolved,
                       ResolveCamera(Viewpoint({0, -100, 0}, {0, 0, 0}, {0, 5, 5}), kCentre, 50));
  ExpectNear(resolved.down, {0, 0, -1});
  ExpectNear(resolved.right, {1, 0, 0});
  ExpectNear(resolved.up, {0, 5, 5});
}

TEST(Camera, AxesAreRightHandedAndOrthonormal) {
  ASSERT_OK_AND_ASSIGN(const ResolvedCamera camera,
                       ResolveCamera(Viewpoint({3, -70, 41}, {-8, 9, 2}, {0.2, 0.1, 0.9}), kCentre, 50));
  EXPECT_NEAR(Length(camera.right), 1, 1e-12);
  EXPECT_NEAR(Length(camera.down), 1, 1e-12);
  EXPECT_NEAR(Dot(camera.right, camera.down), 0, 1e-12);
  ExpectNear(Cross(camera.right, camera.down), camera.forward);
}

TEST(Camera, DegenerateOnesAreRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  v1::Camera both;
  both.set_orientation(v1::Camera::HEAD);
  *both.mutable_up() = FromVector({0, 0, 1});
  const v1::Camera cameras[] = {
      Viewpoint({1, 2, 3}, {1, 2, 3}, {0, 0, 1}),         Viewpoint({1, 2, 3}, {1, 2, 3 + 1e-9}, {0, 1, 0}),
      Viewpoint({0, -100, 0}, {0, 0, 0}, {0, 0, 0}),      Viewpoint({0, -100, 0}, {0, 0, 0}, {0, 7, 0}),
      Viewpoint({0, -100, 0}, {0, 0, 0}, {0, -7, 1e-9}),  Viewpoint({nan, 0, 0}, {0, 0, 0}, {0, 0, 1}),
      Viewpoint({0, -1, 0}, {0, infinity, 0}, {0, 0, 1}), Viewpoint({0, -1, 0}, {0, 0, 0}, {0, 0, -infinity}),
      Viewpoint({0, -1e300, 0}, {0, 0, 0}, {0, 0, 1}),    both,
  };
  for (const v1::Camera& camera : cameras) {
    EXPECT_EQ(CategoryOf(ResolveCamera(camera, kCentre, 50).status()), ErrorCategory::kInvalidRequest)
        << camera.ShortDebugString();
    EXPECT_EQ(CategoryOf(CheckCamera(camera)), ErrorCategory::kInvalidRequest) << camera.ShortDebugString();
  }
}

// Counter-clockwise as seen from the head: from anterior to the patient's left.
TEST(Camera, Swivels) {
  v1::Camera anterior;
  anterior.set_orientation(v1::Camera::ANTERIOR);
  ASSERT_OK_AND_ASSIGN(const ResolvedCamera middle, ResolveCamera(anterior, kCentre, 50));
  const ResolvedCamera turned = Swivelled(middle, 90);
  ExpectNear(turned.position, kCentre + Vector3{50, 0, 0});
  ExpectNear(turned.forward, {-1, 0, 0});
  ExpectNear(turned.right, {0, 1, 0});
  ExpectNear(turned.down, {0, 0, -1});
}

}  // namespace
}  // namespace vitrine::service
