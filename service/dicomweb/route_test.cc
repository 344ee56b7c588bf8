#include "service/dicomweb/route.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

absl::StatusOr<Route> Parse(absl::string_view path) {
  const std::vector<std::string> segments = absl::StrSplit(path, '/');
  EXPECT_TRUE(IsDicomWeb(segments)) << path;
  return ParseRoute(segments);
}

TEST(Route, FramesOfANamedArchive) {
  ASSERT_OK_AND_ASSIGN(const Route route,
                       Parse("archives/pacs/dicom-web/studies/1.2/series/3.4/instances/5.6/frames/1,3,7/rendered"));
  EXPECT_EQ(route.resource, Resource::kRendered);
  EXPECT_EQ(route.archive, "pacs");
  EXPECT_EQ(route.path.StudyInstanceUID, "1.2");
  EXPECT_EQ(route.path.SeriesInstanceUID, "3.4");
  EXPECT_EQ(route.path.SOPInstanceUID, "5.6");
  EXPECT_EQ(route.frames, (std::vector<int>{1, 3, 7}));
}

TEST(Route, SearchLevels) {
  const struct {
    const char* path;
    fetch::QueryLevel level;
    const char* study;
  } cases[] = {
      {"dicom-web/studies", fetch::QueryLevel::kStudies, ""},
      {"dicom-web/series", fetch::QueryLevel::kSeries, ""},
      {"dicom-web/instances", fetch::QueryLevel::kInstances, ""},
      {"dicom-web/studies/1.2/series", fetch::QueryLevel::kSeries, "1.2"},
      {"dicom-web/studies/1.2/instances", fetch::QueryLevel::kInstances, "1.2"},
      {"dicom-web/studies/1.2/series/3/instances", fetch::QueryLevel::kInstances, "1.2"},
  };
  for (const auto& c : cases) {
    ASSERT_OK_AND_ASSIGN(const Route route, Parse(c.path));
    EXPECT_EQ(route.resource, Resource::kQuery) << c.path;
    EXPECT_EQ(route.level, c.level) << c.path;
    EXPECT_EQ(route.path.StudyInstanceUID, c.study) << c.path;
  }
}

TEST(Route, Metadata) {
  for (const char* path : {"dicom-web/studies/1/metadata", "dicom-web/studies/1/series/2/metadata",
                           "dicom-web/studies/1/series/2/instances/3/metadata"}) {
    ASSERT_OK_AND_ASSIGN(const Route route, Parse(path));
    EXPECT_EQ(route.resource, Resource::kMetadata) << path;
  }
}

// PS3.18 Tables 10.4.1.7-1 and 10.4.1.8-1, with the spellings of its errata.
TEST(Route, VolumesAtEveryLevel) {
  const struct {
    const char* path;
    Resource resource;
    const char* series;
    const char* instance;
    std::vector<int> frames;
  } cases[] = {
      {"dicom-web/studies/1/renderedmpr", Resource::kRenderedMpr, "", "", {}},
      {"dicom-web/studies/1/series/2/renderedmpr", Resource::kRenderedMpr, "2", "", {}},
      {"dicom-web/studies/1/series/2/instances/3/renderedmpr", Resource::kRenderedMpr, "2", "3", {}},
      {"dicom-web/studies/1/series/2/instances/3/frames/4,5/renderedmpr", Resource::kRenderedMpr, "2", "3", {4, 5}},
      {"dicom-web/studies/1/rendered3d", Resource::kRendered3d, "", "", {}},
      {"dicom-web/studies/1/rendered3D", Resource::kRendered3d, "", "", {}},
      {"dicom-web/studies/1/series/rendered3d", Resource::kRendered3d, "", "", {}},
      {"dicom-web/studies/1/series/2/rendered3D", Resource::kRendered3d, "2", "", {}},
      {"dicom-web/studies/1/series/2/instances/3/rendered3d", Resource::kRendered3d, "2", "3", {}},
      {"dicom-web/studies/1/series/2/instances/3/frames/1/rendered3d", Resource::kRendered3d, "2", "3", {1}},
  };
  for (const auto& c : cases) {
    ASSERT_OK_AND_ASSIGN(const Route route, Parse(c.path));
    EXPECT_EQ(route.resource, c.resource) << c.path;
    EXPECT_EQ(route.path.StudyInstanceUID, "1") << c.path;
    EXPECT_EQ(route.path.SeriesInstanceUID, c.series) << c.path;
    EXPECT_EQ(route.path.SOPInstanceUID, c.instance) << c.path;
    EXPECT_EQ(route.frames, c.frames) << c.path;
  }
}

// PS3.18 Tables 10.4.1-1 and 10.4.1-2, and the names that servers give to bulk data.
TEST(Route, StoredObjectsAndThumbnails) {
  const struct {
    const char* path;
    Resource resource;
    const char* instance;
    std::vector<int> frames;
    const char* rest;
  } cases[] = {
      {"dicom-web/studies/1", Resource::kStored, "", {}, ""},
      {"dicom-web/studies/1/series/2", Resource::kStored, "", {}, ""},
      {"dicom-web/studies/1/series/2/instances/3", Resource::kStored, "3", {}, ""},
      {"dicom-web/studies/1/series/2/instances/3/frames/1,3", Resource::kFrames, "3", {1, 3}, ""},
      {"dicom-web/studies/1/series/2/instances/3/bulkdata/00420011", Resource::kBulkData, "3", {}, "bulkdata/00420011"},
      {"dicom-web/studies/1/series/2/instances/3/bulk/1/2", Resource::kBulkData, "3", {}, "bulk/1/2"},
      {"dicom-web/studies/1/bulkdata/x y?z", Resource::kBulkData, "", {}, "bulkdata/x%20y%3Fz"},
      {"dicom-web/studies/1/series/2/instances/3/pixeldata", Resource::kBulkData, "3", {}, "pixeldata"},
      {"dicom-web/studies/1/thumbnail", Resource::kThumbnail, "", {}, ""},
      {"dicom-web/studies/1/series/2/thumbnail", Resource::kThumbnail, "", {}, ""},
      {"dicom-web/studies/1/series/2/instances/3/thumbnail", Resource::kThumbnail, "3", {}, ""},
      {"dicom-web/studies/1/series/2/instances/3/frames/2/thumbnail", Resource::kThumbnail, "3", {2}, ""},
      {"dicom-web/studies/1/rendered", Resource::kRendered, "", {}, ""},
      {"dicom-web/studies/1/series/2/rendered", Resource::kRendered, "", {}, ""},
  };
  for (const auto& c : cases) {
    ASSERT_OK_AND_ASSIGN(const Route route, Parse(c.path));
    EXPECT_EQ(route.resource, c.resource) << c.path;
    EXPECT_EQ(route.path.SOPInstanceUID, c.instance) << c.path;
    EXPECT_EQ(route.frames, c.frames) << c.path;
    EXPECT_EQ(route.rest, c.rest) << c.path;
  }
}

TEST(Route, Errors) {
  const struct {
    const char* path;
    ErrorCategory category;
  } cases[] = {
      {"dicom-web", ErrorCategory::kNotFound},
      {"dicom-web/", ErrorCategory::kNotFound},
      {"dicom-web/patients", ErrorCategory::kNotFound},
      {"dicom-web/studies/1/rendered/x", ErrorCategory::kNotFound},
      {"dicom-web/studies/1/instances/2/rendered", ErrorCategory::kNotFound},
      {"dicom-web/studies/..%2f/series", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1.2a/series", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1..2/series", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies//series", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1/series/2/instances/3/frames/0/rendered", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1/series/2/instances/3/frames/2,1/rendered", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1/series/2/instances/3/frames/1,1/rendered", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1/series/2/instances/3/frames/1-3/rendered", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1/series/2/instances/3/frames/99999999999/rendered", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1/series/2/instances/3/frames//rendered", ErrorCategory::kInvalidRequest},
      {"dicom-web/renderedmpr", ErrorCategory::kNotFound},
      {"dicom-web/studies/1/renderedMPR", ErrorCategory::kNotFound},
      {"dicom-web/studies/1/series/renderedmpr", ErrorCategory::kInvalidRequest},
      {"dicom-web/thumbnail", ErrorCategory::kNotFound},
      {"dicom-web/studies/1/series/2/instances/3/frames", ErrorCategory::kNotFound},
      {"dicom-web/studies/1/series/2/instances/3/frames/1/metadata", ErrorCategory::kNotFound},
      {"dicom-web/bulkdata/1", ErrorCategory::kNotFound},
      {"dicom-web/studies/1/bulkdata/..", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1/bulkdata/../../../studies/2", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1/bulkdata//x", ErrorCategory::kInvalidRequest},
      {"dicom-web/studies/1/series/2/instances/3/frames/1/bulkdata", ErrorCategory::kNotFound},
  };
  for (const auto& c : cases) EXPECT_EQ(CategoryOf(Parse(c.path).status()), c.category) << c.path;
}

}  // namespace
}  // namespace vitrine::service
