#include "dicom/metadata_json.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::StatusIs;

TEST(ParseMetadata, KeepsWhatIsWantedAtEveryLevel) {
  ASSERT_OK_AND_ASSIGN(const nlohmann::json document, ParseMetadata(R"([{
    "00280010": {"vr": "US", "Value": [5]},
    "00100010": {"vr": "PN", "Value": [{"Alphabetic": "A^B"}]},
    "52009229": {"vr": "SQ", "Value": [{
      "00280030": {"vr": "DS", "Value": [0.5, 0.5]},
      "00189006": {"vr": "SQ", "Value": [{}]}}]}}])",
                                                                    {"00280010", "00280030", "52009229"}));
  EXPECT_EQ(document, nlohmann::json::parse(R"([{
    "00280010": {"vr": "US", "Value": [5]},
    "52009229": {"vr": "SQ", "Value": [{"00280030": {"vr": "DS", "Value": [0.5, 0.5]}}]}}])"));
}

TEST(ParseMetadata, RefusesWhatIsNoArrayOfDataSets) {
  for (const absl::string_view text : {"", "{}", "[1]", "[{}", "[[]]", "<html></html>", "null", "[{},\"\"]"}) {
    EXPECT_THAT(ParseMetadata(text, {}), StatusIs(absl::StatusCode::kUnavailable)) << text;
  }
}

TEST(ParseMetadata, RefusesNestingWithoutFollowingIt) {
  const std::string deep = absl::StrCat(std::string(1 << 20, '['), std::string(1 << 20, ']'));
  EXPECT_THAT(ParseMetadata(deep, {}), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(ParseMetadata, BracketsInTextAreNoNesting) {
  const std::string text = absl::StrCat(R"([{"00080018": {"Value": ["\"\\)", std::string(1000, '['), R"("]}}])");
  ASSERT_OK_AND_ASSIGN(const nlohmann::json document, ParseMetadata(text, {"00080018"}));
  EXPECT_EQ(document[0]["00080018"]["Value"][0].get<std::string>().size(), 1002u);
}

TEST(ValuesOf, AreThereOrNull) {
  const auto dataset = nlohmann::json::parse(R"({
    "00080060": {"vr": "CS", "Value": ["CT", "MR"]}, "00280010": {"vr": "US", "Value": [512]},
    "00280030": {"vr": "DS", "Value": [0.25]}, "00081115": {"vr": "SQ", "Value": [{}]},
    "00080018": {"vr": "UI"}, "00080016": {"vr": "UI", "Value": []}, "0020000D": {"vr": "UI", "Value": "1.2"},
    "0020000E": ["1.2"], "00100010": {"vr": "PN", "Value": [null]}})");
  EXPECT_EQ(*ValuesOf(dataset, "00080060"), nlohmann::json::parse(R"(["CT", "MR"])"));
  EXPECT_EQ(FirstText(dataset, "00080060"), "CT");
  EXPECT_EQ(FirstText(dataset, "00280010"), "512");
  EXPECT_EQ(FirstText(dataset, "00280030"), "0.25");
  for (const char* tag : {"00080018", "00080016", "0020000D", "0020000E", "00080020"}) {
    EXPECT_EQ(ValuesOf(dataset, tag), nullptr) << tag;
    EXPECT_EQ(FirstText(dataset, tag), "") << tag;
  }
  for (const char* tag : {"00081115", "00100010"}) {
    EXPECT_NE(ValuesOf(dataset, tag), nullptr) << tag;
    EXPECT_EQ(FirstText(dataset, tag), "") << tag;
  }
}

}  // namespace
}  // namespace vitrine::dicom
