#include "service/dicomweb/wado_uri.h"

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

http::Request Wado(http::Fields further) {
  http::Request request;
  request.segments = {"wado"};
  request.params = {{"requestType", "WADO"}, {"studyUID", "1.2"}, {"seriesUID", "3.4"}, {"objectUID", "5.6"}};
  request.params.insert(request.params.end(), further.begin(), further.end());
  return request;
}

std::string Param(const WadoUriRequest& request, absl::string_view name) {
  for (const auto& [key, value] : request.request.params) {
    if (key == name) return value;
  }
  return "";
}

TEST(WadoUri, KnowsItsPaths) {
  using Segments = std::vector<std::string>;
  EXPECT_TRUE(IsWadoUri(Segments{"wado"}));
  EXPECT_TRUE(IsWadoUri(Segments{"dicom-web", "wado"}));
  EXPECT_TRUE(IsWadoUri(Segments{"archives", "a", "dicom-web", "wado"}));
  EXPECT_FALSE(IsWadoUri(Segments{"dicom-web", "studies", "wado"}));
  EXPECT_FALSE(IsWadoUri(Segments{"wado", ""}));
}

TEST(WadoUri, APictureIsARenderedInstance) {
  ASSERT_OK_AND_ASSIGN(const WadoUriRequest request, TranslateWadoUri(Wado({{"contentType", "image/png"},
                                                                            {"windowCenter", "40"},
                                                                            {"windowWidth", "400"},
                                                                            {"columns", "100"},
                                                                            {"rows", "50"},
                                                                            {"imageQuality", "70"},
                                                                            {"frameNumber", "3"}})));
  EXPECT_EQ(request.route.resource, Resource::kRendered);
  EXPECT_EQ(request.route.path.StudyInstanceUID, "1.2");
  EXPECT_EQ(request.route.path.SeriesInstanceUID, "3.4");
  EXPECT_EQ(request.route.path.SOPInstanceUID, "5.6");
  EXPECT_EQ(request.route.frames, std::vector<int>{3});
  EXPECT_EQ(Param(request, "window"), "40,400,linear");
  EXPECT_EQ(Param(request, "viewport"), "100,50");
  EXPECT_EQ(Param(request, "quality"), "70");
  EXPECT_EQ(Param(request, "accept"), "image/png");
}

// As OHIF asks with imageRendering: 'wadouri'.
TEST(WadoUri, AnInstanceIsHandedOutAsStored) {
  ASSERT_OK_AND_ASSIGN(const WadoUriRequest request,
                       TranslateWadoUri(Wado({{"contentType", "application/dicom"}, {"transferSyntax", "*"}})));
  EXPECT_EQ(request.route.resource, Resource::kStored);
  EXPECT_EQ(Param(request, "accept"), "application/dicom; transfer-syntax=*");
}

TEST(WadoUri, Errors) {
  http::Request bare;
  bare.segments = {"wado"};
  EXPECT_EQ(CategoryOf(TranslateWadoUri(bare).status()), ErrorCategory::kInvalidRequest);
  http::Request no_object = Wado({});
  no_object.params.pop_back();
  EXPECT_EQ(CategoryOf(TranslateWadoUri(no_object).status()), ErrorCategory::kInvalidRequest);
  for (const http::Fields& fields :
       {http::Fields{{"windowCenter", "1"}}, http::Fields{{"frameNumber", "0"}}, http::Fields{{"frameNumber", "x"}}}) {
    EXPECT_EQ(CategoryOf(TranslateWadoUri(Wado(fields)).status()), ErrorCategory::kInvalidRequest);
  }
  EXPECT_EQ(CategoryOf(TranslateWadoUri(Wado({{"region", "0,0,1,1"}})).status()), ErrorCategory::kUnsupported);
}

}  // namespace
}  // namespace vitrine::service
