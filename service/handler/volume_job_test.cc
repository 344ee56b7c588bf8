#include "service/handler/volume_job.h"

#include <cmath>
#include <string>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/reference/reference_volume.h"
#include "service/handler/camera.h"
#include "service/handler/test_volume.h"

namespace vitrine::service {
namespace {

using image::Vector3;

v1::RenderRequest Request(bool slice) {
  v1::RenderRequest request;
  v1::Target& target = *request.mutable_view()->mutable_target();
  target.set_study_instance_uid("1.1");
  if (slice) {
    request.mutable_view()->mutable_slice();
  } else {
    request.mutable_view()->mutable_volume();
  }
  request.mutable_output()->set_format(v1::Output::PNG);
  return request;
}

absl::StatusOr<VolumeViewJob> Job(const v1::RenderRequest& request, const std::shared_ptr<const SourceVolume>& source,
                                  const RenderLimits& limits = {}) {
  auto canonical = Canonicalize(request, limits);
  if (!canonical.ok()) return canonical.status();
  return MakeVolumeJob(*canonical, source, limits);
}

v1::Camera& CameraOf(v1::RenderRequest& request) {
  v1::View& view = *request.mutable_view();
  return view.has_slice() ? *view.mutable_slice()->mutable_camera() : *view.mutable_volume()->mutable_camera();
}

// 40 x 60 x 100 mm.
const image::Lattice kLattice = AxialLattice(20, 30, 25, 2, 4);

std::shared_ptr<SourceVolume> Ramp() {
  return MakeTestVolume(kLattice, [](int i, int j, int k) { return i + 100 * j - 10 * k; });
}

Vector3 PatientAt(const VolumeViewJob& view, int u, int v, int k) {
  return ToPatient(view.job.volume->lattice, SamplePosition(view.job, u, v, k));
}

void ExpectNear(const Vector3& actual, const Vector3& expected) {
  EXPECT_NEAR(actual.x, expected.x, 1e-6);
  EXPECT_NEAR(actual.y, expected.y, 1e-6);
  EXPECT_NEAR(actual.z, expected.z, 1e-6);
}

TEST(VolumeJob, APlaneIsThinAndPassesThroughTheCentre) {
  v1::RenderRequest request = Request(true);
  request.mutable_output()->set_width(100);
  request.mutable_output()->set_height(100);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob view, Job(request, Ramp()));
  EXPECT_EQ(view.job.samples, 1);
  EXPECT_EQ(view.job.width, 40);
  EXPECT_EQ(view.job.height, 100);
  EXPECT_EQ(view.samples, 4000);
  // Pixels of 1 mm whose outer edges are those of the volume; the top is the head.
  ExpectNear(PatientAt(view, 0, 0, 0), {0.5, 30, 99.5});
  ExpectNear(PatientAt(view, 39, 99, 0), {39.5, 30, 0.5});
}

TEST(VolumeJob, GeometrySaysWhereThePixelsLie) {
  for (const bool slice : {true, false}) {
    v1::RenderRequest request = Request(slice);
    request.mutable_output()->set_width(100);
    request.mutable_output()->set_height(100);
    ASSERT_OK_AND_ASSIGN(const VolumeViewJob whole, Job(request, Ramp()));
    ASSERT_TRUE(whole.geometry);
    ExpectNear(ToVector(whole.geometry->top_left()), {0, 30, 100});
    ExpectNear(ToVector(whole.geometry->right()), {1, 0, 0});
    ExpectNear(ToVector(whole.geometry->down()), {0, 0, -1});
    // 200 mm across 100 pixels, shown twice as large; what is seen moves right by 7 mm.
    v1::Camera& camera = CameraOf(request);
    camera.set_field_of_view_mm(200);
    camera.set_zoom(2);
    camera.set_pan_right_mm(7);
    ASSERT_OK_AND_ASSIGN(const VolumeViewJob part, Job(request, Ramp()));
    ASSERT_TRUE(part.geometry);
    ExpectNear(ToVector(part.geometry->top_left()), {20 - 50 - 7, 30, 100});
    ExpectNear(ToVector(part.geometry->down()), {0, 0, -1});
  }
}

TEST(VolumeJob, ACurveHasNoGeometryOfAPlane) {
  v1::RenderRequest request = Request(true);
  v1::SliceView& view = *request.mutable_view()->mutable_slice();
  *view.add_curve() = FromVector({10, 30, 50});
  *view.add_curve() = FromVector({30, 30, 50});
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob curve, Job(request, Ramp()));
  EXPECT_FALSE(curve.geometry);
}

TEST(VolumeJob, ASlabHasThePlaneInItsMiddle) {
  v1::RenderRequest request = Request(true);
  request.mutable_view()->mutable_slice()->set_slab_thickness_mm(10);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob view, Job(request, Ramp()));
  ASSERT_EQ(view.job.samples, 5);  // 2 mm is the smallest spacing.
  EXPECT_NEAR(PatientAt(view, 0, 0, 0).y, 26, 1e-9);
  EXPECT_NEAR(PatientAt(view, 0, 0, 2).y, 30, 1e-9);
  EXPECT_NEAR(PatientAt(view, 0, 0, 4).y, 34, 1e-9);
  request.mutable_view()->mutable_slice()->set_slab_thickness_mm(10.5);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob finer, Job(request, Ramp()));
  EXPECT_EQ(finer.job.samples, 6);
  request.mutable_view()->mutable_slice()->set_slab_thickness_mm(1);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob thin, Job(request, Ramp()));
  EXPECT_EQ(thin.job.samples, 1);
  EXPECT_NEAR(PatientAt(thin, 0, 0, 0).y, 30, 1e-9);
}

TEST(VolumeJob, RaysPassThroughTheWholeBox) {
  v1::RenderRequest request = Request(false);
  request.mutable_view()->mutable_volume()->set_projection(v1::MAXIMUM_INTENSITY);
  *CameraOf(request).mutable_look_at() = v1::Vector3();  // Not the middle: the rays are the same.
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob full, Job(request, Ramp()));
  EXPECT_EQ(full.job.samples, 30);
  EXPECT_NEAR(PatientAt(full, 0, 0, 0).y, 1, 1e-9);
  EXPECT_NEAR(PatientAt(full, 0, 0, 29).y, 59, 1e-9);
  request.mutable_view()->mutable_volume()->set_moving(true);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob moving, Job(request, Ramp()));
  EXPECT_EQ(moving.job.samples, 15);
  request = Request(false);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob composite, Job(request, Ramp()));
  EXPECT_EQ(composite.job.reduction, render::Reduction::kComposite);
  EXPECT_EQ(composite.job.samples, 60);
  EXPECT_NE(composite.job.transfer_function, nullptr);
}

TEST(VolumeJob, PanMovesWhatIsSeen) {
  v1::RenderRequest request = Request(true);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob still, Job(request, Ramp()));
  CameraOf(request).set_pan_right_mm(3);
  CameraOf(request).set_pan_down_mm(-5);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob panned, Job(request, Ramp()));
  // Seen from anterior, right is the patient's left (+x) and down is the foot (-z).
  ExpectNear(PatientAt(panned, 0, 0, 0) - PatientAt(still, 0, 0, 0), {-3, 0, -5});
}

TEST(VolumeJob, WindowsComeFromTheRequestTheVolumeOrItsRange) {
  auto source = Ramp();
  ASSERT_OK_AND_ASSIGN(VolumeViewJob view, Job(Request(true), source));
  // -240 to 2919: as LINEAR_EXACT shows them.
  image::Window window = std::get<image::Window>(view.job.tone.voi);
  EXPECT_EQ(window.function, image::VoiFunction::kLinearExact);
  EXPECT_EQ(window.width, 3159);
  EXPECT_EQ(window.center, 1339.5);
  source->windows = {{40, 0, image::VoiFunction::kLinear}, {50, 350, image::VoiFunction::kLinear}};
  ASSERT_OK_AND_ASSIGN(view, Job(Request(true), source));
  window = std::get<image::Window>(view.job.tone.voi);
  EXPECT_EQ(window.center, 50);
  v1::RenderRequest request = Request(true);
  request.mutable_view()->mutable_window()->set_center(7);
  request.mutable_view()->mutable_window()->set_width(9);
  ASSERT_OK_AND_ASSIGN(view, Job(request, source));
  window = std::get<image::Window>(view.job.tone.voi);
  EXPECT_EQ(window.center, 7);
}

TEST(VolumeJob, AWindowMeansNothingToVolumeRendering) {
  v1::RenderRequest request = Request(false);
  request.mutable_view()->mutable_window()->set_center(7);
  request.mutable_view()->mutable_window()->set_width(9);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob view, Job(request, Ramp()));
  EXPECT_EQ(view.warnings.size(), 1u);
}

TEST(VolumeJob, LimitsTheSamples) {
  RenderLimits limits;
  limits.max_volume_samples = 4000;
  v1::RenderRequest request = Request(true);
  request.mutable_output()->set_width(100);
  request.mutable_output()->set_height(100);
  EXPECT_THAT(Job(request, Ramp(), limits), testing::IsOk());
  request.mutable_view()->mutable_slice()->set_slab_thickness_mm(4);
  EXPECT_EQ(CategoryOf(Job(request, Ramp(), limits).status()), ErrorCategory::kTooLarge);
  request.mutable_view()->mutable_slice()->set_slab_thickness_mm(1e6);
  request.mutable_output()->set_width(1024);
  request.mutable_output()->set_height(1024);
  EXPECT_EQ(CategoryOf(Job(request, Ramp()).status()), ErrorCategory::kTooLarge);
}

TEST(VolumeJob, VolumeRenderingCostsAQuarterOfItsSamples) {
  v1::RenderRequest request = Request(false);
  request.mutable_output()->set_width(100);
  request.mutable_output()->set_height(100);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob view, Job(request, Ramp()));
  EXPECT_EQ(view.job.samples, 60);  // 60 mm, 1 mm apart: half the smallest spacing.
  EXPECT_EQ(view.samples, 40 * 100 * 60 / 4);
}

TEST(VolumeJob, UnknownPresetsAreRefused) {
  v1::RenderRequest request = Request(false);
  request.mutable_view()->mutable_volume()->set_preset("no such preset");
  EXPECT_EQ(CategoryOf(Job(request, Ramp()).status()), ErrorCategory::kInvalidRequest);
}

// The patient gets brighter to the left, more so to posterior, and most to the head; a mm.
constexpr int kLeft = 80;
constexpr int kPosterior = 160;
constexpr int kHead = 320;

struct Acquisition {
  const char* name;
  Vector3 column;  // Directions of the lattice.
  Vector3 row;
  Vector3 slice;
};

// Slices of that patient, however it was acquired: what is linear is interpolated exactly.
class Orientations : public ::testing::TestWithParam<Acquisition> {
 protected:
  static std::shared_ptr<SourceVolume> Patient() {
    const Acquisition& acquisition = GetParam();
    image::Lattice lattice;
    lattice.columns = lattice.rows = lattice.slices = 12;
    lattice.column_step = acquisition.column;
    lattice.row_step = acquisition.row;
    lattice.slice_step = acquisition.slice;
    lattice.origin = -5.5 * (acquisition.column + acquisition.row + acquisition.slice);
    return MakeTestVolume(lattice, [&](int i, int j, int k) {
      const Vector3 p = ToPatient(lattice, {double(i), double(j), double(k)});
      return static_cast<int>(std::lround(kLeft * p.x + kPosterior * p.y + kHead * p.z));
    });
  }
};

TEST_P(Orientations, EverySideIsWhereItBelongs) {
  const auto source = Patient();
  const struct {
    v1::Camera::Orientation orientation;
    int right;  // How much brighter it gets to the right and down, a mm.
    int down;
  } cases[] = {
      {v1::Camera::ANTERIOR, kLeft, -kHead},    {v1::Camera::POSTERIOR, -kLeft, -kHead},
      {v1::Camera::RIGHT, -kPosterior, -kHead}, {v1::Camera::LEFT, kPosterior, -kHead},
      {v1::Camera::HEAD, -kLeft, kPosterior},   {v1::Camera::FOOT, kLeft, kPosterior},
  };
  for (const auto& c : cases) {
    v1::RenderRequest request = Request(true);
    CameraOf(request).set_orientation(c.orientation);
    request.mutable_output()->set_width(64);
    request.mutable_output()->set_height(64);
    request.mutable_view()->mutable_window()->set_center(0);
    request.mutable_view()->mutable_window()->set_width(10000);
    request.mutable_view()->mutable_window()->set_function(v1::Window::LINEAR_EXACT);
    request.mutable_output()->set_bits(16);
    ASSERT_OK_AND_ASSIGN(const VolumeViewJob view, Job(request, source));
    ASSERT_OK_AND_ASSIGN(const image::Raster raster, render::RenderVolumeReference(view.job, {}));
    const auto* samples = reinterpret_cast<const uint16_t*>(raster.samples.data());
    // Away from the corners that a tilted volume leaves black.
    const int near = raster.width * 3 / 10;
    const int far = raster.width * 7 / 10;
    const auto at = [&](int u, int v) { return samples[v * raster.width + u] * 10000.0 / 65535; };
    const double pixel_mm = Length(source->volume.lattice.steps() * view.job.right);
    const double distance = (far - near) * pixel_mm;
    EXPECT_NEAR(at(far, near) - at(near, near), c.right * distance, 1.5) << c.orientation;
    EXPECT_NEAR(at(far, far) - at(near, far), c.right * distance, 1.5) << c.orientation;
    EXPECT_NEAR(at(near, far) - at(near, near), c.down * distance, 1.5) << c.orientation;
  }
}

const double kCos = std::cos(0.15);
const double kSin = std::sin(0.15);

INSTANTIATE_TEST_SUITE_P(All, Orientations,
                         ::testing::Values(Acquisition{"axial", {1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                           Acquisition{"axial_feet_first", {-1, 0, 0}, {0, 1, 0}, {0, 0, -1}},
                                           Acquisition{"axial_prone", {-1, 0, 0}, {0, -1, 0}, {0, 0, 1}},
                                           Acquisition{"axial_left_handed", {1, 0, 0}, {0, 1, 0}, {0, 0, -1}},
                                           Acquisition{"coronal", {1, 0, 0}, {0, 0, -1}, {0, 1, 0}},
                                           Acquisition{"sagittal", {0, 1, 0}, {0, 0, -1}, {-1, 0, 0}},
                                           Acquisition{"tilted_gantry", {1, 0, 0}, {0, kCos, -kSin}, {0, 0, 1}},
                                           Acquisition{"oblique", {kCos, kSin, 0}, {-kSin, kCos, 0}, {0, 0, 1}}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(VolumeJob, ACurveIsStraightened) {
  v1::RenderRequest request = Request(true);
  v1::SliceView& slice = *request.mutable_view()->mutable_slice();
  slice.mutable_camera()->set_orientation(v1::Camera::ANTERIOR);
  for (const Vector3& point : {Vector3{5, 30, 50}, Vector3{25, 30, 50}, Vector3{25, 30, 70}}) {
    v1::Vector3& message = *slice.add_curve();
    message.set_x(point.x);
    message.set_y(point.y);
    message.set_z(point.z);
  }
  request.mutable_output()->set_width(40);
  request.mutable_output()->set_height(1000);
  ASSERT_OK_AND_ASSIGN(const VolumeViewJob view, Job(request, Ramp()));
  ASSERT_EQ(view.job.width, 40);  // 40 mm of path.
  ASSERT_EQ(view.job.columns.size(), 40u);
  const int middle = view.job.height / 2;
  // The first leg runs to the patient's left: down is the foot, as from anterior.
  Vector3 first = PatientAt(view, 0, middle, 0);
  EXPECT_NEAR(first.x, 5.5, 1e-6);
  EXPECT_NEAR(first.z, 50, 0.51);
  EXPECT_LT(PatientAt(view, 0, middle + 10, 0).z, first.z - 9);
  // The second runs to the head: down is the patient's left.
  const Vector3 last = PatientAt(view, 39, middle, 0);
  EXPECT_NEAR(last.z, 69.5, 1e-6);
  EXPECT_NEAR(PatientAt(view, 39, middle + 10, 0).x - last.x, 10, 1e-6);
}

TEST(VolumeJob, ACurveAlongTheLineOfSightIsRefused) {
  v1::RenderRequest request = Request(true);
  v1::SliceView& slice = *request.mutable_view()->mutable_slice();
  slice.mutable_camera()->set_orientation(v1::Camera::ANTERIOR);
  slice.add_curve()->set_y(1);
  slice.add_curve()->set_y(50);
  EXPECT_EQ(CategoryOf(Job(request, Ramp()).status()), ErrorCategory::kInvalidRequest);
}

}  // namespace
}  // namespace vitrine::service
