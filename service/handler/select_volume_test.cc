#include "service/handler/select_volume.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;

// A slice of a series as metadata describe it; `extra` begins with a comma.
std::string Instance(const std::string& uid, double z, const std::string& extra = "") {
  return absl::StrCat(R"({"00080018":{"vr":"UI","Value":[")", uid, R"("]},"0020000E":{"vr":"UI","Value":["1.2"]},
    "00280004":{"vr":"CS","Value":["MONOCHROME2"]},"00280010":{"vr":"US","Value":[4]},
    "00280011":{"vr":"US","Value":[6]},"00280030":{"vr":"DS","Value":[0.5,0.25]},
    "00200037":{"vr":"DS","Value":[1,0,0,0,1,0]},"00200032":{"vr":"DS","Value":[1,2,)",
                      z, "]}", extra, "}");
}

std::string EchoTime(double ms) { return absl::StrCat(R"(,"00180081":{"vr":"DS","Value":[)", ms, "]}"); }

// Two echoes of three slices, "1.4.<echo>.<slice>", and a localizer "1.5".
std::string TwoEchoes() {
  std::vector<std::string> instances;
  for (int slice = 0; slice < 3; ++slice) {
    for (int echo = 1; echo <= 2; ++echo) {
      instances.push_back(Instance(absl::StrCat("1.4.", echo, ".", slice), slice, EchoTime(10 * echo)));
    }
  }
  instances.push_back(Instance("1.5", 9, R"(,"00080008":{"vr":"CS","Value":["ORIGINAL","PRIMARY","LOCALIZER"]})"));
  return "[" + absl::StrJoin(instances, ",") + "]";
}

v1::Target Series() {
  v1::Target target;
  target.set_study_instance_uid("1.1");
  target.set_series_instance_uid("1.2");
  return target;
}

v1::VolumeInput Reference(const std::string& uid, int frame = 0) {
  v1::VolumeInput input;
  input.set_reference_sop_instance_uid(uid);
  input.set_reference_frame_number(frame);
  return input;
}

v1::VolumeInput Match(const std::string& name, const std::string& value) {
  v1::VolumeInput input;
  (*input.mutable_match())[name] = value;
  return input;
}

struct ChosenVolume {
  dicom::VolumePlan plan;
  int reference_slice = 0;
};

absl::StatusOr<ChosenVolume> SelectVolume(const std::string& metadata, const v1::Target& target,
                                          const v1::VolumeInput& input) {
  VITRINE_ASSIGN_OR_RETURN(const dicom::VolumePlans plans, ReadVolumes(metadata, target, input));
  VITRINE_ASSIGN_OR_RETURN(const VolumeChoice choice, ChooseVolume(plans, input));
  return ChosenVolume{plans.volumes[choice.volume], choice.reference_slice};
}

// The first slice's UID, or the error's category and message.
std::string Chosen(const std::string& metadata, const v1::VolumeInput& input, const v1::Target& target = Series()) {
  const absl::StatusOr<ChosenVolume> chosen = SelectVolume(metadata, target, input);
  if (chosen.ok()) return chosen->plan.slices.front().instance->SOPInstanceUID;
  return absl::StrCat(ErrorCategoryName(CategoryOf(chosen.status())), ": ", chosen.status().message());
}

TEST(SelectVolumeTest, AReferenceChoosesTheVolumeThatHoldsIt) {
  EXPECT_EQ(Chosen(TwoEchoes(), Reference("1.4.2.1")), "1.4.2.0");
  ASSERT_OK_AND_ASSIGN(const ChosenVolume chosen, SelectVolume(TwoEchoes(), Series(), Reference("1.4.1.2")));
  EXPECT_EQ(chosen.reference_slice, 2);
  EXPECT_EQ(chosen.plan.slices.size(), 3u);
}

TEST(SelectVolumeTest, WithoutOneSeveralVolumesAreAnError) {
  EXPECT_THAT(Chosen(TwoEchoes(), {}), HasSubstr("invalid_request: the target holds 2 volumes"));
}

TEST(SelectVolumeTest, AReferenceOutsideTheTargetOrInNoVolumeIsAnError) {
  EXPECT_EQ(Chosen(TwoEchoes(), Reference("1.9")), "invalid_request: the reference is not in the target");
  EXPECT_THAT(Chosen(TwoEchoes(), Reference("1.4.1.0", 2)), HasSubstr("not in the target"));
  EXPECT_THAT(Chosen(TwoEchoes(), Reference("1.5")), HasSubstr("belongs to no volume: 1 image is left out: the image"));
  v1::Target other = Series();
  other.set_series_instance_uid("1.9");
  EXPECT_THAT(Chosen(TwoEchoes(), Reference("1.4.1.0"), other), HasSubstr("invalid_request"));
}

TEST(SelectVolumeTest, MatchesAttributesAsQidoDoes) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"EchoTime", "20"},
                                                        {"00180081", "20.0"},
                                                        {"EchoTime", "15-25"},
                                                        {"EchoTime", "20-"},
                                                        {"SOPInstanceUID", "1.4.2.0,1.4.2.1"}}) {
    EXPECT_EQ(Chosen(TwoEchoes(), Match(name, value)), "1.4.2.0") << name << "=" << value;
  }
  EXPECT_THAT(Chosen(TwoEchoes(), Match("EchoTime", "10-20")), HasSubstr("2 volumes"));
  EXPECT_THAT(Chosen(TwoEchoes(), Match("EchoTime", "*")), HasSubstr("2 volumes"));
  EXPECT_THAT(Chosen(TwoEchoes(), Match("EchoTime", "30")), HasSubstr("no image of the target matches"));
  EXPECT_THAT(Chosen(TwoEchoes(), Match("EchoTime", "-20")), HasSubstr("no image"));  // A number, not a range.
  EXPECT_THAT(Chosen(TwoEchoes(), Match("ImageType", "LOCAL*")), HasSubstr("no volume"));
  EXPECT_THAT(Chosen(TwoEchoes(), Match("ImageType", "LOCALIZE?")), HasSubstr("no volume"));
  EXPECT_THAT(Chosen(TwoEchoes(), Match("ImageType", "LOCAL?")), HasSubstr("no image"));
  EXPECT_THAT(Chosen(TwoEchoes(), Match("PatientName", "X")), HasSubstr("no image"));
}

TEST(SelectVolumeTest, MatchesDatesAsRanges) {
  const std::string metadata = "[" + Instance("1.4.1", 0, R"(,"00080022":{"vr":"DA","Value":["20240102"]})") + "," +
                               Instance("1.4.2", 1, R"(,"00080022":{"vr":"DA","Value":["20240102"]})") + "," +
                               Instance("1.4.3", 0, R"(,"00080022":{"vr":"DA","Value":["20250102"]})") + "," +
                               Instance("1.4.4", 1, R"(,"00080022":{"vr":"DA","Value":["20250102"]})") + "]";
  EXPECT_EQ(Chosen(metadata, Match("AcquisitionDate", "20240101-20241231")), "1.4.1");
  EXPECT_EQ(Chosen(metadata, Match("AcquisitionDate", "20250101-")), "1.4.3");
}

TEST(SelectVolumeTest, MatchesThatCannotBeMeantNameTheAttributeAndNotTheValue) {
  EXPECT_EQ(Chosen(TwoEchoes(), Match("NoSuchThing", "x")),
            "invalid_request: match NoSuchThing: there is no such attribute");
  EXPECT_EQ(Chosen(TwoEchoes(), Match("EchoTime", "long")), "invalid_request: match EchoTime: must be a number");
  EXPECT_THAT(Chosen(TwoEchoes(), Match("PixelMeasuresSequence", "x")), HasSubstr("sequence"));
  EXPECT_THAT(Chosen(TwoEchoes(), Match("EchoTime", "1-x")), HasSubstr("must be a number"));
}

TEST(SelectVolumeTest, NoVolumeGivesTheReasons) {
  EXPECT_EQ(Chosen("[" + Instance("1.4", 0) + "]", {}),
            "invalid_request: the target holds no volume: 1 image is left out: a single slice forms no volume");
  EXPECT_THAT(Chosen("{}", {}), HasSubstr("archive_protocol"));
}

// Two stacks of two frames each.
std::string Enhanced() {
  std::string frames;
  for (int i = 0; i < 4; ++i) {
    absl::StrAppend(&frames, i == 0 ? "" : ",",
                    R"({"00209113":{"vr":"SQ","Value":[{"00200032":{"vr":"DS","Value":[0,0,)", i % 2,
                    R"(]}}]},"00209111":{"vr":"SQ","Value":[{"00209056":{"vr":"SH","Value":[")", i / 2, R"("]}}]}})");
  }
  return "[" +
         Instance("1.4", 0, R"(,"00280008":{"vr":"IS","Value":[4]},"52009230":{"vr":"SQ","Value":[)" + frames + "]}") +
         "]";
}

TEST(SelectVolumeTest, FramesOfAnEnhancedInstance) {
  EXPECT_THAT(Chosen(Enhanced(), {}), HasSubstr("2 volumes"));
  EXPECT_THAT(Chosen(Enhanced(), Reference("1.4")), HasSubstr("2 volumes"));
  ASSERT_OK_AND_ASSIGN(const ChosenVolume by_frame, SelectVolume(Enhanced(), Series(), Reference("1.4", 4)));
  EXPECT_EQ(by_frame.plan.slices[0].number, 3);
  ASSERT_OK_AND_ASSIGN(const ChosenVolume by_stack, SelectVolume(Enhanced(), Series(), Match("StackID", "0")));
  EXPECT_EQ(by_stack.plan.slices[0].number, 1);
  v1::Target target = Series();
  target.set_sop_instance_uid("1.4");
  target.add_frame_numbers(3);
  target.add_frame_numbers(4);
  ASSERT_OK_AND_ASSIGN(const ChosenVolume by_number, SelectVolume(Enhanced(), target, {}));
  EXPECT_EQ(by_number.plan.slices[0].number, 3);
  EXPECT_THAT(Chosen(Enhanced(), Reference("1.4", 1), target), HasSubstr("not in the target"));
  target.add_frame_numbers(5);
  EXPECT_EQ(Chosen(Enhanced(), {}, target), "not_found: the instance has 4 frames");
}

TEST(SelectVolumeTest, ChecksRequests) {
  EXPECT_THAT(CheckVolumeRequest(Series(), {}), IsOk());
  const auto invalid = [](const v1::Target& target, const v1::VolumeInput& input) {
    EXPECT_EQ(CategoryOf(CheckVolumeRequest(target, input)), ErrorCategory::kInvalidRequest);
  };
  invalid({}, {});
  v1::Target study;
  study.set_study_instance_uid("1.1");
  EXPECT_THAT(CheckVolumeRequest(study, {}), IsOk());
  v1::Target target = study;
  target.set_sop_instance_uid("1.4");
  invalid(target, {});
  target = Series();
  target.add_frame_numbers(1);
  invalid(target, {});
  target = Series();
  target.set_series_instance_uid("1/2");
  invalid(target, {});
  invalid(Series(), Reference("x"));
  invalid(Series(), Reference("", 1));
  invalid(Series(), Reference("1.4", -1));
  v1::VolumeInput both = Reference("1.4");
  (*both.mutable_match())["EchoTime"] = "10";
  invalid(Series(), both);
}

TEST(SelectVolumeTest, DescribesVolumesAndWhatIsLeftOut) {
  v1::DescribeSeriesResponse response;
  ASSERT_THAT(DescribeVolumes(TwoEchoes(), response), IsOk());
  ASSERT_EQ(response.volumes_size(), 2);
  const v1::DescribeSeriesResponse::Volume& volume = response.volumes(1);
  EXPECT_EQ(volume.input().reference_sop_instance_uid(), "1.4.2.0");
  EXPECT_EQ(volume.input().reference_frame_number(), 0);
  EXPECT_EQ(volume.columns(), 6);
  EXPECT_EQ(volume.rows(), 4);
  EXPECT_EQ(volume.slices(), 3);
  EXPECT_EQ(volume.column_spacing_mm(), 0.25);
  EXPECT_EQ(volume.row_spacing_mm(), 0.5);
  EXPECT_EQ(volume.slice_spacing_mm(), 1);
  EXPECT_EQ(volume.origin().x(), 1);
  EXPECT_EQ(volume.origin().y(), 2);
  EXPECT_EQ(volume.row_direction().y(), 1);
  EXPECT_EQ(volume.slice_direction().z(), 1);
  EXPECT_THAT(response.left_out(), ElementsAre("1 image is left out: the image type is LOCALIZER"));
  // What is described can be asked for.
  EXPECT_EQ(Chosen(TwoEchoes(), volume.input()), "1.4.2.0");
}

TEST(SelectVolumeTest, DescribedVolumesOfFramesNameAFrame) {
  v1::DescribeSeriesResponse response;
  ASSERT_THAT(DescribeVolumes(Enhanced(), response), IsOk());
  ASSERT_EQ(response.volumes_size(), 2);
  EXPECT_EQ(response.volumes(1).input().reference_frame_number(), 3);
}

TEST(SelectVolumeTest, IdentityIsOfSlicesAndLattice) {
  ASSERT_OK_AND_ASSIGN(ChosenVolume a, SelectVolume(TwoEchoes(), Series(), Reference("1.4.1.0")));
  ASSERT_OK_AND_ASSIGN(const ChosenVolume b, SelectVolume(TwoEchoes(), Series(), Match("EchoTime", "10")));
  EXPECT_EQ(Identity(a.plan), Identity(b.plan));
  ASSERT_OK_AND_ASSIGN(const ChosenVolume c, SelectVolume(TwoEchoes(), Series(), Match("EchoTime", "20")));
  EXPECT_NE(Identity(a.plan), Identity(c.plan));
  a.plan.lattice.origin.x += 1e-9;
  EXPECT_NE(Identity(a.plan), Identity(b.plan));
}

}  // namespace
}  // namespace vitrine::service
