#include "fetch/qido.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/operation.h"
#include "base/status_matchers.h"
#include "dicom/builder.h"
#include "dicom/dicom_json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace vitrine::fetch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;
using Json = nlohmann::json;

std::shared_ptr<const CatalogInstance> Instance(int study, int series, int number, const char* modality) {
  dicom::DatasetBuilder item;
  item.Set("ScheduledProcedureStepID", absl::StrCat("STEP", series));
  dicom::DatasetBuilder b;
  b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
      .Set("StudyInstanceUID", absl::StrCat("1.", study))
      .Set("SeriesInstanceUID", absl::StrCat("1.", study, ".", series))
      .Set("SOPInstanceUID", absl::StrCat("1.", study, ".", series, ".", number))
      .Set("StudyDate", absl::StrCat("2026010", study))
      .Set("PatientName", absl::StrCat("NAME^", study))
      .Set("PatientID", absl::StrCat("ID", study))
      .Set("Modality", modality)
      .Set("SeriesNumber", absl::StrCat(series))
      .Set("InstanceNumber", absl::StrCat(number))
      .Set("SliceThickness", "2.5")
      .AddItem("RequestAttributesSequence", std::move(item))
      .SetUint16("Rows", 512);
  const auto file = b.Write();
  auto header = dicom::ReadJsonHeader(*file, true, dicom::Limits());
  auto instance = MakeCatalogInstance(**std::move(header), "");
  EXPECT_THAT(instance, IsOk());
  return std::make_shared<const CatalogInstance>(*std::move(instance));
}

// Study 1: a CT series of 12 and an SR series of 1; study 2: an MR series of 2.
const Catalog& TestCatalog() {
  static const Catalog* const catalog = [] {
    std::vector<std::shared_ptr<const CatalogInstance>> instances;
    for (int i = 12; i > 0; --i) instances.push_back(Instance(1, 1, i, "CT"));
    instances.push_back(Instance(1, 2, 1, "SR"));
    instances.push_back(Instance(2, 1, 1, "MR"));
    instances.push_back(Instance(2, 1, 2, "MR"));
    return new Catalog(instances);
  }();
  return *catalog;
}

Json Search(QueryLevel level, const ResourcePath& parent, absl::string_view query, std::string* warning = nullptr,
            uint64_t max_results = 100) {
  const auto result = SearchCatalog(TestCatalog(), level, parent, query, max_results, {});
  EXPECT_THAT(result, IsOk());
  if (!result.ok()) return Json::array();
  if (warning != nullptr) *warning = result->warning;
  return Json::parse(result->json);
}

std::vector<std::string> Values(const Json& answer, const char* tag) {
  std::vector<std::string> values;
  for (const Json& object : answer) {
    const Json& value = object.at(tag).at("Value").at(0);
    values.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  }
  return values;
}

std::vector<std::string> Studies(absl::string_view query) {
  return Values(Search(QueryLevel::kStudies, {}, query), "0020000D");
}

TEST(QidoTest, DescribesStudies) {
  const Json answer = Search(QueryLevel::kStudies, {}, "");
  EXPECT_THAT(Values(answer, "0020000D"), ElementsAre("1.2", "1.1"));  // The newest first.
  const Json& study = answer[1];
  EXPECT_EQ(study["00080061"]["Value"], Json({"CT", "SR"}));
  EXPECT_EQ(study["00201206"]["Value"], Json({2}));
  EXPECT_EQ(study["00201208"]["Value"], Json({13}));
  EXPECT_EQ(study["00100010"]["Value"][0]["Alphabetic"], "NAME^1");
  EXPECT_EQ(study["00100040"], Json({{"vr", "CS"}}));  // PatientSex is required and not there.
  EXPECT_FALSE(study.contains("00080060"));            // A series' attribute.
}

TEST(QidoTest, DescribesSeriesAndInstances) {
  const Json series = Search(QueryLevel::kSeries, {"1.1", "", ""}, "");
  EXPECT_THAT(Values(series, "0020000E"), ElementsAre("1.1.1", "1.1.2"));
  EXPECT_EQ(series[0]["00201209"]["Value"], Json({12}));
  EXPECT_EQ(series[0]["00400275"]["Value"][0]["00400009"]["Value"][0], "STEP1");
  EXPECT_FALSE(series[0].contains("00100010"));
  const Json instances = Search(QueryLevel::kInstances, {"1.1", "1.1.1", ""}, "limit=3");
  EXPECT_THAT(Values(instances, "00200013"), ElementsAre("1", "2", "3"));
  EXPECT_EQ(instances[0]["00280010"]["Value"], Json({512}));
  EXPECT_EQ(instances[0]["00083002"]["Value"], Json({"1.2.840.10008.1.2.1"}));
}

TEST(QidoTest, RelationalSearchesTellTheLevelsAbove) {
  const Json series = Search(QueryLevel::kSeries, {}, "Modality=MR");
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(series[0]["00100020"]["Value"][0], "ID2");
  const Json instances = Search(QueryLevel::kInstances, {}, "Modality=SR");
  ASSERT_EQ(instances.size(), 1u);
  EXPECT_EQ(instances[0]["00080060"]["Value"][0], "SR");
}

TEST(QidoTest, Matches) {
  EXPECT_THAT(Studies("PatientID=ID1"), ElementsAre("1.1"));
  EXPECT_THAT(Studies("00100020=ID2"), ElementsAre("1.2"));
  EXPECT_THAT(Studies("PatientName=name%5E*"), ElementsAre("1.2", "1.1"));
  EXPECT_THAT(Studies("StudyInstanceUID=1.1,1.7"), ElementsAre("1.1"));
  EXPECT_THAT(Studies("StudyDate=20260102-"), ElementsAre("1.2"));
  EXPECT_THAT(Studies("ModalitiesInStudy=SR"), ElementsAre("1.1"));
  EXPECT_THAT(Studies("Modality=SR"), ElementsAre("1.1"));
  EXPECT_THAT(Studies("RequestAttributesSequence.ScheduledProcedureStepID=STEP2"), ElementsAre("1.1"));
  EXPECT_THAT(Studies("00400275.00400009=STEP2"), ElementsAre("1.1"));
  EXPECT_THAT(Studies("NumberOfStudyRelatedInstances=2"), ElementsAre("1.2"));
  EXPECT_THAT(Studies("PatientID="), ElementsAre("1.2", "1.1"));
  EXPECT_THAT(Studies("PatientID=*&NoSuchThing=1&x"), ElementsAre("1.2", "1.1"));
  EXPECT_THAT(Studies("PatientComments=a"), IsEmpty());
  EXPECT_THAT(Studies("PatientID=ID1&StudyDate=20260102"), IsEmpty());
}

TEST(QidoTest, ReturnsWhatIsAskedFor) {
  EXPECT_TRUE(Search(QueryLevel::kInstances, {}, "SliceThickness=2.5&limit=1")[0].contains("00180050"));
  EXPECT_TRUE(
      Search(QueryLevel::kInstances, {}, "includefield=SliceThickness,NoSuchField&limit=1")[0].contains("00180050"));
  EXPECT_FALSE(Search(QueryLevel::kInstances, {}, "limit=1")[0].contains("00180050"));
  const Json all = Search(QueryLevel::kSeries, {"1.1", "", ""}, "includefield=all")[0];
  EXPECT_TRUE(all.contains("00180050"));
  EXPECT_FALSE(all.contains("00200013"));  // InstanceNumber differs within the series.
}

TEST(QidoTest, Pages) {
  std::string warning;
  EXPECT_THAT(Values(Search(QueryLevel::kInstances, {"1.1", "1.1.1", ""}, "limit=2&offset=3", &warning), "00200013"),
              ElementsAre("4", "5"));
  EXPECT_EQ(warning, "");  // The client's own limit.
  EXPECT_EQ(Search(QueryLevel::kInstances, {}, "", &warning, 5).size(), 5u);
  EXPECT_THAT(warning, HasSubstr("additional results"));
  EXPECT_EQ(Search(QueryLevel::kInstances, {}, "", &warning, 15).size(), 15u);
  EXPECT_EQ(warning, "");
  EXPECT_EQ(Search(QueryLevel::kInstances, {}, "offset=1000").size(), 0u);
  EXPECT_EQ(Search(QueryLevel::kInstances, {}, "limit=0").size(), 0u);
  Search(QueryLevel::kStudies, {}, "fuzzymatching=true", &warning);
  EXPECT_THAT(warning, HasSubstr("fuzzymatching"));
}

TEST(QidoTest, StopsWhenNobodyWaits) {
  Operation cancelled;
  cancelled.cancellation->Cancel();
  Operation late;
  late.deadline = absl::InfinitePast();
  for (const QueryLevel level : {QueryLevel::kStudies, QueryLevel::kSeries, QueryLevel::kInstances}) {
    EXPECT_THAT(SearchCatalog(TestCatalog(), level, {}, "PatientID=nobody", 10, cancelled),
                StatusIs(absl::StatusCode::kCancelled));
    EXPECT_EQ(CategoryOf(SearchCatalog(TestCatalog(), level, {}, "", 10, late).status()), ErrorCategory::kDeadline);
  }
}

TEST(QidoTest, StopsInTheMiddleOfALongSearch) {
  std::vector<std::shared_ptr<const CatalogInstance>> instances;
  for (int i = 0; i < 4000; ++i) instances.push_back(Instance(1, 1, i, "CT"));
  const Catalog catalog(instances);
  Operation operation;
  operation.deadline = absl::Now() + absl::Milliseconds(1);  // Far less than the search would take.
  const auto result = SearchCatalog(catalog, QueryLevel::kInstances, {}, "PatientID=nobody", 10, operation);
  EXPECT_EQ(CategoryOf(result.status()), ErrorCategory::kDeadline);
}

TEST(QidoTest, RefusesWhatCannotBeMeantWithoutRepeatingIt) {
  for (const char* query : {"limit=x", "limit=-1", "limit=99999999999999999999", "offset=", "fuzzymatching=maybe",
                            "StudyDate=SECRET", "StudyInstanceUID=SECRET", "SeriesNumber=SECRET", "PatientID=%G1",
                            "PatientID=%1", "RequestAttributesSequence=SECRET"}) {
    const auto result = SearchCatalog(TestCatalog(), QueryLevel::kStudies, {}, query, 10, {});
    ASSERT_FALSE(result.ok()) << query;
    EXPECT_EQ(CategoryOf(result.status()), ErrorCategory::kInvalidRequest);
    EXPECT_THAT(std::string(result.status().message()), Not(HasSubstr("SECRET")));
  }
  EXPECT_FALSE(SearchCatalog(TestCatalog(), QueryLevel::kStudies, {}, std::string(20'000, 'a'), 10, {}).ok());
}

}  // namespace
}  // namespace vitrine::fetch
