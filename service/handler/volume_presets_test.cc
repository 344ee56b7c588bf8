#include "service/handler/volume_presets.h"

#include <algorithm>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using image::TransferFunction;
using ::testing::HasSubstr;
using ::vitrine::testing::StatusIs;

constexpr image::Range kCtValues{-1024, 3071};

TransferFunction Preset(absl::string_view name, const image::Range& values = kCtValues) {
  const auto preset = VolumePreset(name, "CT", [&] { return values; });
  EXPECT_THAT(preset, testing::IsOk());
  return preset.value_or(TransferFunction());
}

double OpacityOf(absl::string_view name, double hounsfield) { return Evaluate(Preset(name), hounsfield).opacity; }

TEST(VolumePresets, AreValidTransferFunctions) {
  for (const std::string& name : VolumePresetNames()) {
    SCOPED_TRACE(name);
    const TransferFunction function = Preset(name);
    ASSERT_GE(function.points.size(), 2u);
    ASSERT_LE(function.points.size(), 256u);
    double largest = 0;
    for (size_t i = 0; i < function.points.size(); ++i) {
      const TransferFunction::Point& point = function.points[i];
      if (i > 0) {
        EXPECT_GT(point.value, function.points[i - 1].value);
      }
      for (const double part : {point.red, point.green, point.blue, point.opacity}) {
        EXPECT_GE(part, 0);
        EXPECT_LE(part, 1);
      }
      largest = std::max(largest, point.opacity);
    }
    EXPECT_GT(largest, 0);
    EXPECT_EQ(function.points.front().opacity, 0) << "what lies around the patient must be clear";
  }
}

// Typical HU: air -1000, lung -800, fat -100, water 0, muscle 50, vessels with contrast medium 300, cortical bone 1000.
TEST(VolumePresets, ShowWhatTheirNamesSay) {
  for (const double clear : {-1000.0, -800.0, -100.0, 0.0, 50.0}) EXPECT_EQ(OpacityOf("ct-bone", clear), 0) << clear;
  EXPECT_GT(OpacityOf("ct-bone", 1000), 0.8);

  for (const double clear : {-1000.0, -800.0, -100.0, 50.0}) EXPECT_EQ(OpacityOf("ct-vessels", clear), 0) << clear;
  EXPECT_GT(OpacityOf("ct-vessels", 300), 0.4);

  for (const double clear : {-1000.0, -800.0, -100.0}) EXPECT_EQ(OpacityOf("ct-soft-tissue", clear), 0) << clear;
  EXPECT_GT(OpacityOf("ct-soft-tissue", 50), 0);
  EXPECT_LT(OpacityOf("ct-soft-tissue", 50), 0.1) << "bones must shine through";

  for (const double clear : {-1000.0, -800.0, -100.0}) EXPECT_EQ(OpacityOf("ct-muscle-bone", clear), 0) << clear;
  EXPECT_GT(OpacityOf("ct-muscle-bone", 50), 0.1);
  EXPECT_GT(OpacityOf("ct-muscle-bone", 1000), 0.8);

  for (const double clear : {-1000.0, -100.0, 50.0, 1000.0}) EXPECT_EQ(OpacityOf("ct-lung", clear), 0) << clear;
  EXPECT_GT(OpacityOf("ct-lung", -800), 0);

  EXPECT_EQ(OpacityOf("ct-skin", -1000), 0);
  EXPECT_GT(OpacityOf("ct-skin", -100), 0.5);

  EXPECT_EQ(OpacityOf("ct-radiograph", -1000), 0);
  EXPECT_GT(OpacityOf("ct-radiograph", 1000), 5 * OpacityOf("ct-radiograph", 50));
  EXPECT_FALSE(Preset("ct-radiograph").shaded);
}

TEST(VolumePresets, OfMrFollowTheRangeOfTheVolume) {
  const TransferFunction narrow = Preset("mr-default", {0, 100});
  const TransferFunction wide = Preset("mr-default", {-500, 1500});
  ASSERT_EQ(narrow.points.size(), wide.points.size());
  for (const double part : {0.1, 0.3, 0.5, 0.9}) {
    EXPECT_NEAR(Evaluate(narrow, 100 * part).opacity, Evaluate(wide, -500 + 2000 * part).opacity, 1e-12) << part;
  }
  EXPECT_EQ(Evaluate(Preset("mr-angio", {0, 100}), 20).opacity, 0);
  EXPECT_GT(Evaluate(Preset("mr-angio", {0, 100}), 90).opacity, 0.7);
}

TEST(VolumePresets, OfCtDoNotFollowTheRange) {
  EXPECT_EQ(Evaluate(Preset("ct-bone", {0, 10}), 1000).opacity, Evaluate(Preset("ct-bone", {0, 9000}), 1000).opacity);
}

TEST(VolumePresets, OfVolumesWithoutRangeAscend) {
  const TransferFunction function = Preset("grey", {7, 7});
  for (size_t i = 1; i < function.points.size(); ++i) {
    EXPECT_GT(function.points[i].value, function.points[i - 1].value);
  }
}

TEST(VolumePresets, DefaultsAreOfTheModality) {
  EXPECT_EQ(DefaultVolumePreset("CT"), "ct-bone");
  EXPECT_EQ(DefaultVolumePreset("MR"), "mr-default");
  EXPECT_EQ(DefaultVolumePreset("US"), "grey");
  EXPECT_EQ(DefaultVolumePreset(""), "grey");
  for (const char* modality : {"CT", "MR", "PT", ""}) {
    ASSERT_OK_AND_ASSIGN(const TransferFunction unnamed, VolumePreset("", modality, [] { return kCtValues; }));
    const TransferFunction named = Preset(DefaultVolumePreset(modality));
    EXPECT_EQ(unnamed.points.back().value, named.points.back().value);
    EXPECT_EQ(unnamed.points.back().blue, named.points.back().blue);
  }
}

TEST(VolumePresets, UnknownNamesAreAnsweredWithTheKnown) {
  for (const char* name : {"bone", "CT-BONE", "ct-bone ", "x"}) {
    const auto preset = VolumePreset(name, "CT", [] { return kCtValues; });
    EXPECT_THAT(preset, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ct-bone, ct-soft-tissue")));
    EXPECT_EQ(CategoryOf(preset.status()), ErrorCategory::kInvalidRequest);
    for (const std::string& known : VolumePresetNames()) EXPECT_THAT(preset.status().message(), HasSubstr(known));
  }
}

}  // namespace
}  // namespace vitrine::service
