#include "service/handler/describe_series.h"

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

TEST(DescribeSeries, ReadsGeometryWindowsAndOrder) {
  // Numbers as numbers and as strings, as PS3.18 F.2.2 allows.
  ASSERT_OK_AND_ASSIGN(const v1::DescribeSeriesResponse series, DescribeSeriesFromMetadata(R"([
    {"00080018": {"vr": "UI", "Value": ["1.2"]}, "00200013": {"vr": "IS", "Value": ["10"]},
     "00280010": {"vr": "US", "Value": [4]}, "00280011": {"vr": "US", "Value": [5]}},
    {"00080018": {"vr": "UI", "Value": ["1.1"]}, "00200013": {"vr": "IS", "Value": [2]},
     "00080060": {"vr": "CS", "Value": ["CT"]}, "0008103E": {"vr": "LO", "Value": ["Chest"]},
     "00280010": {"vr": "US", "Value": [512]}, "00280011": {"vr": "US", "Value": [256]},
     "00280008": {"vr": "IS", "Value": ["3"]}, "00181063": {"vr": "DS", "Value": [40]},
     "00280030": {"vr": "DS", "Value": [0.5, "0.25"]},
     "00200032": {"vr": "DS", "Value": [-100, 20.5, 7]},
     "00200037": {"vr": "DS", "Value": [1, 0, 0, 0, 0, -1]},
     "00281050": {"vr": "DS", "Value": [40, -600]}, "00281051": {"vr": "DS", "Value": [400, 1500]},
     "00281055": {"vr": "LO", "Value": ["Soft tissue", null]},
     "00281056": {"vr": "CS", "Value": ["SIGMOID"]}}
  ])"));
  EXPECT_EQ(series.modality(), "");  // Of the first instance, which has none.
  ASSERT_EQ(series.instances_size(), 2);
  const auto& first = series.instances(0);
  EXPECT_EQ(first.sop_instance_uid(), "1.1");
  EXPECT_EQ(first.rows(), 512);
  EXPECT_EQ(first.columns(), 256);
  EXPECT_EQ(first.number_of_frames(), 3);
  EXPECT_EQ(first.frame_time_ms(), 40);
  EXPECT_EQ(first.row_spacing_mm(), 0.5);
  EXPECT_EQ(first.column_spacing_mm(), 0.25);
  EXPECT_EQ(first.image_position().y(), 20.5);
  EXPECT_EQ(first.row_direction().x(), 1);
  EXPECT_EQ(first.column_direction().z(), -1);
  ASSERT_EQ(first.windows_size(), 2);
  EXPECT_EQ(first.windows(0).explanation(), "Soft tissue");
  EXPECT_EQ(first.windows(1).window().center(), -600);
  EXPECT_EQ(first.windows(1).window().width(), 1500);
  EXPECT_EQ(first.windows(1).window().function(), v1::Window::SIGMOID);
  EXPECT_EQ(series.instances(1).number_of_frames(), 1);
  EXPECT_FALSE(series.instances(1).has_row_spacing_mm());
}

TEST(DescribeSeries, FrameTimesHaveSeveralSources) {
  const auto frame_time = [](const std::string& attributes) {
    const auto series = DescribeSeriesFromMetadata(R"([{"00280008": {"vr": "IS", "Value": [4]})" + attributes + "}]");
    return series.ok() ? series->instances(0).frame_time_ms() : -1;
  };
  const std::string rate = R"(, "00180040": {"vr": "IS", "Value": ["25"]})";
  const std::string recommended = R"(, "00082144": {"vr": "IS", "Value": [50]})";
  const std::string time = R"(, "00181063": {"vr": "DS", "Value": [33]})";
  EXPECT_EQ(frame_time(""), 0);
  EXPECT_EQ(frame_time(rate), 40);
  EXPECT_EQ(frame_time(rate + recommended), 20);
  EXPECT_EQ(frame_time(rate + recommended + time), 33);
  EXPECT_EQ(frame_time(time + R"(, "00181065": {"vr": "DS", "Value": [0, 30, 60, "90"]})"), 60);
  EXPECT_EQ(frame_time(time + R"(, "00181065": {"vr": "DS", "Value": [0, 30]})"), 33);
}

TEST(DescribeSeries, ObjectsWithoutAnImageSaySo) {
  ASSERT_OK_AND_ASSIGN(const v1::DescribeSeriesResponse series,
                       DescribeSeriesFromMetadata(R"([{"00080018": {"vr": "UI", "Value": ["1.2"]}}])"));
  EXPECT_NE(series.instances(0).not_renderable(), "");
}

TEST(DescribeSeries, SurvivesWrongTypesEverywhere) {
  for (const char* value : {"null", "[]", "{}", "\"x\"", "[null]", "[{}]", "[[1]]", "[-1e300]"}) {
    std::string json = "[{";
    for (const char* tag :
         {"00080018", "00200013", "00280010", "00280011", "00280008", "00280030", "00200032", "00200037", "00281050",
          "00281051", "00281055", "00281056", "00181063", "00181065", "00082144", "00180040"}) {
      json += std::string("\"") + tag + "\": {\"vr\": \"UN\", \"Value\": " + value + "},";
    }
    json.back() = '}';
    json += "]";
    ASSERT_OK_AND_ASSIGN(const v1::DescribeSeriesResponse series, DescribeSeriesFromMetadata(json));
    EXPECT_EQ(series.instances_size(), 1) << value;
  }
}

TEST(DescribeSeries, WhatIsNoDicomJsonIsTheArchivesFault) {
  for (const char* text : {"", "<html>", "{}", "[]", "[1]", "[{", "null"}) {
    EXPECT_EQ(CategoryOf(DescribeSeriesFromMetadata(text).status()), ErrorCategory::kArchiveProtocol) << text;
  }
}

}  // namespace
}  // namespace vitrine::service
