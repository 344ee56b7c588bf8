#include "dicom/bulk_data.h"

#include <string>

#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/builder.h"
#include "dicom/dicom_json.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

std::string File() {
  DatasetBuilder item;
  item.SetBytes("00281201", "OW", std::string(200, 'r'));
  DatasetBuilder other;
  other.SetBytes("00281201", "OW", std::string(300, 's'));
  DatasetBuilder b;
  b.Set("SOPClassUID", "1.2").Set("SOPInstanceUID", "1.2.3").SetBytes("00420011", "OB", std::string(1000, 'p'));
  b.AddItem("00081140", std::move(item)).AddItem("00081140", std::move(other));
  return *b.Write();
}

TEST(BulkData, IsFoundUnderTheUriThatMetadataName) {
  const std::string file = File();
  ASSERT_OK_AND_ASSIGN(const auto header, ReadJsonHeader(file, true, Limits(), 100, "/x/"));
  const std::string json = JsonObject(header->attributes);
  for (const auto& [path, expected] : {std::pair("00420011", std::string(1000, 'p')),
                                       {"00081140/1/00281201", std::string(200, 'r')},
                                       {"00081140/2/00281201", std::string(300, 's')}}) {
    EXPECT_NE(json.find(std::string("\"BulkDataURI\":\"/x/") + path + "\""), std::string::npos) << json;
    ASSERT_OK_AND_ASSIGN(const auto value, ReadBulkData(file, true, Limits(), path));
    EXPECT_EQ(value, expected);
  }
}

TEST(BulkData, WithoutAUriLongValuesAreLeftOut) {
  ASSERT_OK_AND_ASSIGN(const auto header, ReadJsonHeader(File(), true, Limits(), 100));
  EXPECT_EQ(FindAttribute(header->attributes, 0x00420011), nullptr);
}

TEST(BulkData, WhatIsNotThereIsNotFound) {
  for (const char* path : {"00420012", "00081140", "00081140/3/00281201", "00081140/0/00281201", "00081140/1", "",
                           "00081140/x/00281201", "xyz", "00420011/1/00281201"}) {
    EXPECT_EQ(CategoryOf(ReadBulkData(File(), true, Limits(), path).status()), ErrorCategory::kNotFound) << path;
  }
}

}  // namespace
}  // namespace vitrine::dicom
