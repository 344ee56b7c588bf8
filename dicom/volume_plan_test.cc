#include "dicom/volume_plan.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using image::Vector3;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Vector3 kAxialRow = {1, 0, 0};
const Vector3 kAxialColumn = {0, 1, 0};

VolumeInstance Ct(const std::string& uid) {
  VolumeInstance instance;
  instance.SeriesInstanceUID = "1.2";
  instance.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2";
  instance.SOPInstanceUID = uid;
  instance.FrameOfReferenceUID = "1.3";
  instance.Rows = 4;
  instance.Columns = 6;
  instance.PhotometricInterpretation = "MONOCHROME2";
  instance.is_signed = true;
  return instance;
}

// An instance of its own.
VolumeFrame Slice(const Vector3& position, const Vector3& row = kAxialRow, const Vector3& column = kAxialColumn) {
  static int count = 0;
  VolumeFrame frame;
  frame.instance = std::make_shared<const VolumeInstance>(Ct(absl::StrCat("1.2.", ++count)));
  frame.position = position;
  frame.row_direction = row;
  frame.column_direction = column;
  frame.PixelSpacing = {0.5, 0.25};
  frame.ImageType = {"ORIGINAL", "PRIMARY", "AXIAL"};
  return frame;
}

std::vector<VolumeFrame> Axial(const std::vector<double>& heights) {
  std::vector<VolumeFrame> frames;
  for (const double z : heights) frames.push_back(Slice({-10, -20, z}));
  return frames;
}

void ExpectNear(const Vector3& actual, const Vector3& expected) {
  EXPECT_NEAR(actual.x, expected.x, 1e-9);
  EXPECT_NEAR(actual.y, expected.y, 1e-9);
  EXPECT_NEAR(actual.z, expected.z, 1e-9);
}

// The z coordinates of the slices.
std::vector<double> Heights(const VolumePlan& plan) {
  std::vector<double> heights;
  for (const VolumeFrame& slice : plan.slices) heights.push_back(slice.position->z);
  return heights;
}

std::vector<std::string> Reasons(const VolumePlans& plans) {
  std::vector<std::string> reasons;
  for (const LeftOut& left_out : plans.left_out) reasons.push_back(Sentence(left_out));
  return reasons;
}

// The only volume, nothing left out.
VolumePlan Only(std::vector<VolumeFrame> frames) {
  VolumePlans plans = PlanVolumes(std::move(frames));
  EXPECT_THAT(Reasons(plans), IsEmpty());
  EXPECT_EQ(plans.volumes.size(), 1u);
  return plans.volumes.empty() ? VolumePlan() : std::move(plans.volumes[0]);
}

// Why nothing is a volume.
std::string Refusal(std::vector<VolumeFrame> frames) {
  const VolumePlans plans = PlanVolumes(std::move(frames));
  EXPECT_THAT(plans.volumes, IsEmpty());
  EXPECT_EQ(plans.left_out.size(), 1u);
  return plans.left_out.empty() ? "" : Sentence(plans.left_out[0]);
}

TEST(VolumePlanTest, SortsByPositionNotByOrderInTheSeries) {
  const VolumePlan plan = Only(Axial({7.5, 0, 2.5, 5}));
  EXPECT_THAT(Heights(plan), ElementsAre(0, 2.5, 5, 7.5));
  EXPECT_THAT(plan.places, ElementsAre(0, 1, 2, 3));
  EXPECT_TRUE(plan.is_even());
  EXPECT_EQ(plan.lattice.columns, 6);
  EXPECT_EQ(plan.lattice.rows, 4);
  EXPECT_EQ(plan.lattice.slices, 4);
  ExpectNear(plan.lattice.origin, {-10, -20, 0});
  // PixelSpacing is between rows first.
  ExpectNear(plan.lattice.column_step, {0.25, 0, 0});
  ExpectNear(plan.lattice.row_step, {0, 0.5, 0});
  ExpectNear(plan.lattice.slice_step, {0, 0, 2.5});
  EXPECT_EQ(plan.stored_type, image::SampleType::kInt16);
  EXPECT_TRUE(plan.one_rescale);
}

TEST(VolumePlanTest, EveryPatientPositionGivesARightHandedLattice) {
  struct Acquisition {
    Vector3 row, column, advance;  // `advance`: from one slice to the next in the series.
  };
  const double c = std::cos(0.5);
  const double s = std::sin(0.5);
  const Acquisition acquisitions[] = {
      {{1, 0, 0}, {0, 1, 0}, {0, 0, 2}},            // Axial, head first, supine.
      {{1, 0, 0}, {0, 1, 0}, {0, 0, -2}},           // From the head down.
      {{-1, 0, 0}, {0, -1, 0}, {0, 0, 2}},          // Prone.
      {{-1, 0, 0}, {0, 1, 0}, {0, 0, 2}},           // Feet first: rows run to the patient's right.
      {{1, 0, 0}, {0, 0, -1}, {0, 2, 0}},           // Coronal.
      {{0, 1, 0}, {0, 0, -1}, {2, 0, 0}},           // Sagittal.
      {{c, s, 0}, {0, 0, -1}, {-2 * s, 2 * c, 0}},  // Oblique.
  };
  for (const Acquisition& a : acquisitions) {
    std::vector<VolumeFrame> frames;
    for (int k = 0; k < 3; ++k) frames.push_back(Slice(Vector3{5, 6, 7} + k * a.advance, a.row, a.column));
    const VolumePlan plan = Only(frames);
    const Vector3 normal = Cross(a.row, a.column);
    const bool along = Dot(normal, a.advance) > 0;
    ExpectNear(plan.lattice.column_step, 0.25 * a.row);
    ExpectNear(plan.lattice.row_step, 0.5 * a.column);
    ExpectNear(plan.lattice.slice_step, 2 * normal);
    ExpectNear(plan.lattice.origin, along ? Vector3{5, 6, 7} : Vector3{5, 6, 7} + 2 * a.advance);
    EXPECT_GT(Determinant(plan.lattice.steps()), 0);
  }
}

TEST(VolumePlanTest, AGantryTiltShearsTheLattice) {
  // Planes tilted by 20 degrees about the x axis, the table moving 3 mm along z between them.
  const double tilt = 20 * M_PI / 180;
  const Vector3 column = {0, std::cos(tilt), std::sin(tilt)};
  std::vector<VolumeFrame> frames;
  for (int k = 0; k < 5; ++k) frames.push_back(Slice({-10, -20, 3.0 * k}, kAxialRow, column));
  const VolumePlan plan = Only(frames);
  ExpectNear(plan.lattice.slice_step, {0, 0, 3});
  ExpectNear(plan.lattice.row_step, {0, 0.5 * std::cos(tilt), 0.5 * std::sin(tilt)});
  EXPECT_EQ(plan.lattice.slices, 5);
  EXPECT_TRUE(plan.is_even());
}

TEST(VolumePlanTest, PlanesThatSlideOverEachOtherAreNoStack) {
  std::vector<VolumeFrame> frames;
  for (int k = 0; k < 5; ++k) frames.push_back(Slice({2.0 * k, 0, 1.0 * k}));
  EXPECT_THAT(Refusal(frames), HasSubstr("sideways"));
}

TEST(VolumePlanTest, RoundedPositionsAreEven) {
  // 0.625 mm written with one decimal.
  const VolumePlan plan = Only(Axial({0, 0.6, 1.3, 1.9, 2.5, 3.1, 3.8, 4.4, 5.0}));
  EXPECT_EQ(plan.lattice.slices, 9);
  ExpectNear(plan.lattice.slice_step, {0, 0, 0.625});
  EXPECT_TRUE(plan.is_even());
}

TEST(VolumePlanTest, UnevenSlicesGetALatticeOfTheSmallestDistance) {
  const VolumePlan plan = Only(Axial({0, 2, 4, 7, 10}));
  EXPECT_FALSE(plan.is_even());
  EXPECT_EQ(plan.lattice.slices, 6);
  ExpectNear(plan.lattice.slice_step, {0, 0, 2});
  ASSERT_EQ(plan.places.size(), 5u);
  EXPECT_THAT(plan.places, ElementsAre(0, 1, 2, 3.5, 5));
}

TEST(VolumePlanTest, AnUnevenLatticeEndsWithTheLastSlice) {
  // 7 mm in steps of at most 2 mm: four of 1.75 mm.
  const VolumePlan plan = Only(Axial({0, 2, 4.5, 7}));
  EXPECT_EQ(plan.lattice.slices, 5);
  ExpectNear(plan.lattice.slice_step, {0, 0, 1.75});
  EXPECT_DOUBLE_EQ(plan.places[1], 2 / 1.75);
  EXPECT_DOUBLE_EQ(plan.places[2], 4.5 / 1.75);
  EXPECT_EQ(plan.places[3], 4);
}

TEST(VolumePlanTest, RefusesLatticesOfFarMoreSlices) {
  // Distances that grow by 1.4: none is missing, but an even lattice of the smallest has 15 times the slices.
  std::vector<double> heights = {0};
  for (double gap = 1; heights.size() < 16; gap *= 1.4) heights.push_back(heights.back() + gap);
  heights.push_back(heights.back() + std::pow(1.4, 14));
  EXPECT_THAT(Refusal(Axial(heights)), HasSubstr("too uneven"));
}

TEST(VolumePlanTest, MissingSlicesAreRefused) {
  EXPECT_EQ(Refusal(Axial({0, 1, 2, 4, 5, 6})), "6 images are left out: slices are missing between them");
  EXPECT_THAT(Refusal(Axial({0, 2, 3, 4})), HasSubstr("missing"));
  EXPECT_THAT(Refusal(Axial({0, 1, 2, 4})), HasSubstr("missing"));
  // Exactly one and a half times is a distance like another.
  EXPECT_EQ(PlanVolumes(Axial({0, 2, 4, 7, 9, 11})).volumes.size(), 1u);
}

TEST(VolumePlanTest, TwoSlicesAreAVolumeWhateverTheirDistance) {
  const VolumePlan plan = Only(Axial({30, 0}));
  EXPECT_EQ(plan.lattice.slices, 2);
  ExpectNear(plan.lattice.slice_step, {0, 0, 30});
}

TEST(VolumePlanTest, SharedPositionsAreRefused) {
  EXPECT_THAT(Refusal(Axial({0, 1, 1, 2})), HasSubstr("same position"));
  EXPECT_THAT(Refusal(Axial({5, 5, 5})), HasSubstr("same position"));
  EXPECT_THAT(Refusal(Axial({0, 1, 1.005, 2})), HasSubstr("same position"));
}

TEST(VolumePlanTest, PositionsBesideTheLineAreRefused) {
  std::vector<VolumeFrame> frames = Axial({0, 1, 2, 3});
  frames[2].position->x += 0.07;  // More than a quarter of 0.25 mm.
  EXPECT_THAT(Refusal(frames), HasSubstr("line"));
  frames[2].position->x -= 0.02;
  Only(frames);
}

TEST(VolumePlanTest, MixedOrientationsAreVolumesOfTheirOwn) {
  std::vector<VolumeFrame> frames = Axial({0, 1, 2});
  for (int k = 0; k < 4; ++k) frames.push_back(Slice({0, 3.0 * k, 0}, {1, 0, 0}, {0, 0, -1}));
  frames.push_back(Slice({0, 0, 0}, {0, 1, 0}, {0, 0, -1}));
  const VolumePlans plans = PlanVolumes(frames);
  ASSERT_EQ(plans.volumes.size(), 2u);
  EXPECT_EQ(plans.volumes[0].slices.size(), 3u);
  EXPECT_EQ(plans.volumes[1].slices.size(), 4u);
  EXPECT_THAT(Reasons(plans), ElementsAre("1 image is left out: a single slice forms no volume"));
}

TEST(VolumePlanTest, LocalizersColoursAndUnplacedImagesAreLeftOut) {
  std::vector<VolumeFrame> frames = Axial({0, 1, 2});
  frames.push_back(Slice({0, 0, 0}, {0, 1, 0}, {0, 0, -1}));
  frames.back().ImageType = {"ORIGINAL", "PRIMARY", "LOCALIZER"};
  frames.push_back(frames.back());
  frames.push_back(Slice({0, 0, 3}));
  VolumeInstance rgb = Ct("1.9.1");
  rgb.PhotometricInterpretation = "RGB";
  rgb.SamplesPerPixel = 3;
  frames.back().instance = std::make_shared<const VolumeInstance>(rgb);
  frames.push_back(Slice({0, 0, 4}));
  frames.back().position = std::nullopt;
  frames.push_back(Slice({0, 0, 5}));
  VolumeInstance inverted = Ct("1.9.2");
  inverted.PhotometricInterpretation = "MONOCHROME1";
  frames.back().instance = std::make_shared<const VolumeInstance>(inverted);
  frames.push_back(Slice({0, 0, 6}));
  VolumeInstance report = Ct("1.9.3");
  report.Rows = 0;
  frames.back().instance = std::make_shared<const VolumeInstance>(report);
  const VolumePlans plans = PlanVolumes(frames);
  ASSERT_EQ(plans.volumes.size(), 1u);
  EXPECT_EQ(plans.volumes[0].slices.size(), 3u);
  EXPECT_THAT(Reasons(plans),
              ElementsAre("2 images are left out: the image type is LOCALIZER", HasSubstr("not MONOCHROME2"),
                          HasSubstr("not known"), HasSubstr("is MONOCHROME1"), HasSubstr("no image")));
}

// One attribute of two interleaved volumes differs.
template <typename Change>
size_t VolumesWith(Change change) {
  std::vector<VolumeFrame> frames = Axial({0, 0, 1, 1, 2, 2});
  for (size_t i = 0; i < frames.size(); i += 2) {
    VolumeInstance instance = *frames[i].instance;
    change(frames[i], instance);
    frames[i].instance = std::make_shared<const VolumeInstance>(instance);
  }
  return PlanVolumes(frames).volumes.size();
}

TEST(VolumePlanTest, SeparatesWhatDiffersInAnyKey) {
  EXPECT_EQ(VolumesWith([](VolumeFrame&, VolumeInstance&) {}), 0u);
  EXPECT_EQ(VolumesWith([](VolumeFrame&, VolumeInstance& i) { i.SeriesInstanceUID = "1.4"; }), 2u);
  EXPECT_EQ(VolumesWith([](VolumeFrame&, VolumeInstance& i) { i.SOPClassUID = "1.4"; }), 2u);
  EXPECT_EQ(VolumesWith([](VolumeFrame&, VolumeInstance& i) { i.FrameOfReferenceUID = "1.4"; }), 2u);
  EXPECT_EQ(VolumesWith([](VolumeFrame&, VolumeInstance& i) { i.Rows = 5; }), 2u);
  EXPECT_EQ(VolumesWith([](VolumeFrame&, VolumeInstance& i) { i.Columns = 5; }), 2u);
  EXPECT_EQ(VolumesWith([](VolumeFrame&, VolumeInstance& i) { i.BitsStored = 12; }), 2u);
  EXPECT_EQ(VolumesWith([](VolumeFrame&, VolumeInstance& i) { i.is_signed = false; }), 2u);
  EXPECT_EQ(VolumesWith([](VolumeFrame& f, VolumeInstance&) { f.ImageType[2] = "OTHER"; }), 2u);
  EXPECT_EQ(VolumesWith([](VolumeFrame& f, VolumeInstance&) { f.volume_key = "b 1000"; }), 2u);
  EXPECT_EQ(VolumesWith([](VolumeFrame& f, VolumeInstance&) { f.PixelSpacing = {0.5, 0.3}; }), 2u);
}

TEST(VolumePlanTest, AFrameOfReferenceForEachImageCountsForNothing) {
  const auto scattered = [](std::vector<VolumeFrame> frames, size_t first) {
    for (size_t i = first; i < frames.size(); ++i) {
      VolumeInstance instance = *frames[i].instance;
      instance.FrameOfReferenceUID = absl::StrCat("1.3.", i);
      frames[i].instance = std::make_shared<const VolumeInstance>(instance);
    }
    return frames;
  };
  EXPECT_EQ(Only(scattered(Axial({0, 1, 2, 3}), 0)).slices.size(), 4u);
  EXPECT_THAT(Refusal(scattered(Axial({0, 1}), 0)), HasSubstr("single slice"));
  const VolumePlans plans = PlanVolumes(scattered(Axial({0, 1, 2, 3}), 2));
  ASSERT_EQ(plans.volumes.size(), 1u);
  EXPECT_THAT(Heights(plans.volumes[0]), ElementsAre(0, 1));
}

TEST(VolumePlanTest, PhaseKeysSeparateOnlyWhatSharesPositions) {
  // Trigger times that differ from slice to slice.
  std::vector<VolumeFrame> stack = Axial({0, 1, 2});
  for (size_t i = 0; i < stack.size(); ++i) stack[i].phase_keys[0] = absl::StrCat(i);
  EXPECT_EQ(Only(stack).slices.size(), 3u);
  // Three phases of four slices.
  std::vector<VolumeFrame> cine;
  for (int phase = 0; phase < 3; ++phase) {
    for (VolumeFrame& frame : stack = Axial({0, 1, 2, 3})) {
      frame.phase_keys[0] = absl::StrCat(30 * phase);
      cine.push_back(frame);
    }
  }
  const VolumePlans plans = PlanVolumes(cine);
  ASSERT_EQ(plans.volumes.size(), 3u);
  EXPECT_THAT(Heights(plans.volumes[1]), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(plans.volumes[1].slices[0].phase_keys[0], "30");
  EXPECT_THAT(plans.left_out, IsEmpty());
  // Every image its own time: nothing tells which belong together.
  for (size_t i = 0; i < cine.size(); ++i) cine[i].phase_keys[0] = absl::StrCat(i);
  EXPECT_THAT(Refusal(cine), HasSubstr("same position"));
}

TEST(VolumePlanTest, TwoPhaseKeysSeparateTogether) {
  std::vector<VolumeFrame> frames;
  for (int i = 0; i < 4; ++i) {
    for (VolumeFrame& frame : Axial({0, 1, 2})) {
      frame.phase_keys[0] = absl::StrCat(i / 2);
      frame.phase_keys[3] = absl::StrCat(i % 2);
      frames.push_back(frame);
    }
  }
  EXPECT_EQ(PlanVolumes(frames).volumes.size(), 4u);
}

TEST(VolumePlanTest, RescalesThatDifferOrAreNotPositiveNeedFloatVoxels) {
  std::vector<VolumeFrame> frames = Axial({0, 1, 2});
  for (VolumeFrame& frame : frames) frame.rescale = {2, -1024};
  EXPECT_TRUE(Only(frames).one_rescale);
  frames[1].rescale = {2.5, -1024};
  EXPECT_FALSE(Only(frames).one_rescale);
  for (VolumeFrame& frame : frames) frame.rescale = {-1, 0};
  EXPECT_FALSE(Only(frames).one_rescale);
  for (VolumeFrame& frame : frames) frame.rescale = std::nullopt;
  EXPECT_FALSE(Only(frames).one_rescale);
}

TEST(VolumePlanTest, StoredTypeFollowsThePixelFormat) {
  const auto type_of = [](int allocated, int stored, bool is_signed, bool is_float) {
    std::vector<VolumeFrame> frames = Axial({0, 1});
    for (VolumeFrame& frame : frames) {
      VolumeInstance instance = *frame.instance;
      instance.BitsAllocated = allocated;
      instance.BitsStored = stored;
      instance.is_signed = is_signed;
      instance.is_float = is_float;
      frame.instance = std::make_shared<const VolumeInstance>(instance);
    }
    return Only(frames).stored_type;
  };
  EXPECT_EQ(type_of(8, 8, false, false), image::SampleType::kUint8);
  EXPECT_EQ(type_of(8, 8, true, false), image::SampleType::kInt16);
  EXPECT_EQ(type_of(16, 12, false, false), image::SampleType::kUint16);
  EXPECT_EQ(type_of(16, 16, true, false), image::SampleType::kInt16);
  EXPECT_EQ(type_of(32, 32, false, false), image::SampleType::kFloat32);
  EXPECT_EQ(type_of(64, 64, true, true), image::SampleType::kFloat32);
}

TEST(VolumePlanTest, DirectionsMustBePerpendicularUnitVectors) {
  std::vector<VolumeFrame> frames;
  for (int k = 0; k < 3; ++k) frames.push_back(Slice({0, 0, 1.0 * k}, {1, 0, 0}, {0.1, 0.995, 0}));
  EXPECT_THAT(Refusal(frames), HasSubstr("perpendicular"));
  for (VolumeFrame& frame : frames) frame.column_direction = {0, 0, 0};
  EXPECT_THAT(Refusal(frames), HasSubstr("perpendicular"));
}

TEST(VolumePlanTest, NothingGivesNothing) {
  const VolumePlans plans = PlanVolumes({});
  EXPECT_THAT(plans.volumes, IsEmpty());
  EXPECT_THAT(plans.left_out, IsEmpty());
}

}  // namespace
}  // namespace vitrine::dicom
