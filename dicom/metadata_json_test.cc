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

}  // namespace
}  // namespace vitrine::dicom
