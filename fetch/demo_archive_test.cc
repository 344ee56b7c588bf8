#include "fetch/demo_archive.h"

#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "fetch/demo_phantoms.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace vitrine::fetch {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using Json = nlohmann::json;

class DemoArchiveTest : public ::testing::Test {
 protected:
  // The instances of the series of a modality.
  Json Instances(const std::string& modality) {
    const auto result =
        archive_.Query(QueryLevel::kInstances, {}, absl::StrCat("includefield=all&Modality=", modality), {});
    EXPECT_THAT(result, IsOk());
    return result.ok() ? Json::parse(result->json) : Json::array();
  }

  static std::string Text(const Json& instance, const char* tag) { return instance.at(tag).at("Value").at(0); }

  std::string File(const Json& instance) {
    const auto bytes =
        archive_.Instance({Text(instance, "0020000D"), Text(instance, "0020000E"), Text(instance, "00080018")}, {});
    EXPECT_THAT(bytes, IsOk());
    return bytes.ok() ? **bytes : "";
  }

  // The Pixel Data value, read off the end of the file: explicit little endian, 12 bytes of element header before it.
  static std::string Pixels(const std::string& file, size_t length) {
    EXPECT_GT(file.size(), length + 12);
    const std::string header = file.substr(file.size() - length - 12, 12);
    EXPECT_EQ(header.substr(0, 4), std::string("\xE0\x7F\x10\x00", 4));
    uint32_t declared = 0;
    std::memcpy(&declared, header.data() + 8, 4);
    EXPECT_EQ(declared, length);
    return file.substr(file.size() - length);
  }

  DemoArchive archive_;
};

TEST_F(DemoArchiveTest, HasFourStudies) {
  ASSERT_OK_AND_ASSIGN(const QueryResult result, archive_.Query(QueryLevel::kStudies, {}, "", {}));
  std::map<std::string, std::string> names;
  for (const Json& study : Json::parse(result.json)) {
    names[study["00080061"]["Value"][0]] = study["00100010"]["Value"][0]["Alphabetic"];
  }
  EXPECT_EQ(names, (std::map<std::string, std::string>{
                       {"CT", "DEMO^CT"}, {"MR", "DEMO^MR"}, {"US", "DEMO^US"}, {"DX", "DEMO^DX"}}));
}

TEST_F(DemoArchiveTest, UidsAreValidAndUnique) {
  ASSERT_OK_AND_ASSIGN(const QueryResult result, archive_.Query(QueryLevel::kInstances, {}, "", {}));
  std::set<std::string> uids;
  const Json instances = Json::parse(result.json);
  for (const Json& instance : instances) {
    for (const char* tag : {"00080018", "0020000D", "0020000E"}) EXPECT_TRUE(IsValidUid(Text(instance, tag)));
    uids.insert(Text(instance, "00080018"));
    EXPECT_EQ(Text(instance, "00080018").substr(0, 5), "2.25.");
  }
  EXPECT_EQ(uids.size(), instances.size());
  EXPECT_EQ(uids.size(), 105u + 136u + 2u);
}

TEST_F(DemoArchiveTest, TheCtIsAVolumeOfHounsfieldUnits) {
  const Json instances = Instances("CT");
  ASSERT_EQ(instances.size(), 105u);
  for (int i = 0; i < 105; ++i) {
    EXPECT_EQ(instances[i]["00200032"]["Value"], Json({-191.625, -191.625, 2.5 * i}));
    EXPECT_EQ(instances[i]["00200052"], instances[0]["00200052"]);
  }
  EXPECT_EQ(instances[0]["00281052"]["Value"][0], -1024);
  const std::string file = File(instances[60]);
  const std::string pixels = Pixels(file, 512 * 512 * 2);
  const auto hounsfield = [&](int column, int row) {
    int16_t stored = 0;
    std::memcpy(&stored, pixels.data() + 2 * (512 * row + column), 2);
    return stored - 1024;
  };
  EXPECT_NEAR(hounsfield(5, 5), -1000, 60);  // Air around the patient.
  EXPECT_LT(hounsfield(160, 230), -700);     // The right lung lies on the left of the picture.
  EXPECT_GT(hounsfield(300, 225), 60);       // The heart lies to the patient's left.
  EXPECT_EQ(File(instances[60]), file);      // Always the same.
  EXPECT_NE(File(instances[61]), file);
}

TEST_F(DemoArchiveTest, TheMrLiesObliquely) {
  const Json instances = Instances("MR");
  ASSERT_EQ(instances.size(), 136u);
  const Json& orientation = instances[0]["00200037"]["Value"];
  const double x = orientation[0], y = orientation[1];
  EXPECT_NEAR(x * x + y * y, 1, 1e-12);
  EXPECT_NEAR(x, 0.13917310096, 1e-9);  // sin 8 degrees.
  EXPECT_EQ(orientation[5], -1);
  // Neighbours lie 1.2 mm apart along the normal, which is (cos 8, -sin 8, 0) or its opposite.
  const Json& a = instances[0]["00200032"]["Value"];
  const Json& b = instances[1]["00200032"]["Value"];
  EXPECT_NEAR(std::abs((b[0].get<double>() - a[0].get<double>()) * y - (b[1].get<double>() - a[1].get<double>()) * x),
              1.2, 1e-9);
  const std::string pixels = Pixels(File(instances[68]), 256 * 256 * 2);
  int largest = 0;
  for (size_t i = 0; i < pixels.size(); i += 2) {
    largest = std::max(largest, static_cast<uint8_t>(pixels[i]) | static_cast<uint8_t>(pixels[i + 1]) << 8);
  }
  EXPECT_LE(largest, 4095);
  EXPECT_GT(largest, 900);
}

TEST_F(DemoArchiveTest, TheUltrasoundMoves) {
  const Json instances = Instances("US");
  ASSERT_EQ(instances.size(), 1u);
  EXPECT_EQ(instances[0]["00280008"]["Value"][0], 30);
  EXPECT_EQ(instances[0]["00280009"]["Value"][0], "00181063");
  constexpr size_t kFrame = 640 * 480 * 3;
  const std::string pixels = Pixels(File(instances[0]), kFrame * 30);
  EXPECT_NE(pixels.substr(0, kFrame), pixels.substr(15 * kFrame, kFrame));
  bool colored = false;
  for (size_t i = 17 * kFrame; i < 18 * kFrame; i += 3) {
    colored |= static_cast<uint8_t>(pixels[i]) > 150 && static_cast<uint8_t>(pixels[i + 2]) < 20;
  }
  EXPECT_TRUE(colored);
}

TEST_F(DemoArchiveTest, TheRadiographIsLarge) {
  const Json instances = Instances("DX");
  ASSERT_EQ(instances.size(), 1u);
  EXPECT_EQ(Text(instances[0], "00280004"), "MONOCHROME1");
  const std::string pixels = Pixels(File(instances[0]), 3000 * 3000 * 2);
  const auto sample = [&](int column, int row) {
    uint16_t value = 0;
    std::memcpy(&value, pixels.data() + 2 * (3000 * row + column), 2);
    return value;
  };
  EXPECT_LE(sample(1500, 1500), 4095);
  EXPECT_LT(sample(1500, 1500), sample(600, 1500));  // The spine absorbs more than the lung.
}

TEST_F(DemoArchiveTest, MetadataAndUnknownObjects) {
  const Json instances = Instances("CT");
  ASSERT_OK_AND_ASSIGN(const std::string metadata, archive_.Metadata({Text(instances[0], "0020000D"), "", ""}, {}));
  EXPECT_EQ(Json::parse(metadata).size(), 105u);
  EXPECT_THAT(archive_.Metadata({"1.2.3", "", ""}, {}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(archive_.Instance({"1.2", "1.3", "1.4"}, {}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(archive_.Check({}), IsOk());
}

TEST(DemoPhantomsTest, SidesDiffer) {
  EXPECT_GT(CtHounsfield(-60, 0, 100), 60);  // Liver on the right ...
  EXPECT_LT(CtHounsfield(110, 0, 110), 0);   // ... and not on the left.
}

}  // namespace
}  // namespace vitrine::fetch
