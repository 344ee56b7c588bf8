#include "service/dicomweb/route.h"

#include <cstdint>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::service {
namespace {

using Segments = absl::Span<const std::string>;

absl::Status NoSuchResource() { return MakeError(ErrorCategory::kNotFound, "there is no such resource"); }

absl::Status Invalid(absl::string_view message) { return MakeError(ErrorCategory::kInvalidRequest, message); }

// "1,3,4": 1-based, ascending, no repetition.
absl::StatusOr<std::vector<int>> ParseFrameList(absl::string_view text) {
  std::vector<int> frames;
  for (const absl::string_view member : absl::StrSplit(text, ',')) {
    int number = 0;
    const bool digits = !member.empty() && member.find_first_not_of("0123456789") == absl::string_view::npos;
    if (!digits || !absl::SimpleAtoi(member, &number) || number < 1) {
      return Invalid("the frame list must hold integers from 1 on, separated by commas");
    }
    if (!frames.empty() && number <= frames.back()) return Invalid("the frame list must be ascending");
    frames.push_back(number);
  }
  return frames;
}

// Takes "{keyword}/{uid}" off the front.
absl::StatusOr<bool> TakeUid(Segments& segments, absl::string_view keyword, std::string& uid) {
  if (segments.size() < 2 || segments[0] != keyword) return false;
  if (!fetch::IsValidUid(segments[1])) return Invalid(absl::StrCat("the UID after \"", keyword, "\" is not a UID"));
  uid = segments[1];
  segments.remove_prefix(2);
  return true;
}

// As servers name it in their BulkDataURIs; PS3.18 leaves that to them.
bool IsBulkData(absl::string_view resource) {
  return resource == "bulkdata" || resource == "bulk" || resource == "pixeldata";
}

// The examples of PS3.18 B.31 to B.35 spell it with a capital.
bool IsRendered3d(absl::string_view resource) { return resource == "rendered3d" || resource == "rendered3D"; }

// The depth of the path: 0 no study, 1 study, 2 series, 3 instance, 4 frames.
absl::Status SetSearch(int depth, absl::string_view resource, Route& route) {
  struct Row {
    int depth;
    absl::string_view resource;
    fetch::QueryLevel level;
    absl::string_view name;
  };
  static constexpr Row kRows[] = {
      {0, "studies", fetch::QueryLevel::kStudies, "query_studies"},
      {0, "series", fetch::QueryLevel::kSeries, "query_series"},
      {0, "instances", fetch::QueryLevel::kInstances, "query_instances"},
      {1, "series", fetch::QueryLevel::kSeries, "query_series"},
      {1, "instances", fetch::QueryLevel::kInstances, "query_instances"},
      {2, "instances", fetch::QueryLevel::kInstances, "query_instances"},
  };
  for (const Row& row : kRows) {
    if (row.depth != depth || row.resource != resource) continue;
    route.resource = Resource::kQuery;
    route.level = row.level;
    route.name = row.name;
    return absl::OkStatus();
  }
  return NoSuchResource();
}

absl::Status SetResource(int depth, absl::string_view resource, Route& route) {
  static constexpr absl::string_view kRendered[] = {"", "rendered_study", "rendered_series", "rendered_instance",
                                                    "rendered_frames"};
  const auto set = [&route](Resource kind, absl::string_view name) {
    route.resource = kind;
    route.name = name;
    return absl::OkStatus();
  };
  if (depth == 0) return SetSearch(depth, resource, route);
  if (resource == "metadata" && depth <= 3) return set(Resource::kMetadata, "metadata");
  if (resource == "rendered") return set(Resource::kRendered, kRendered[depth]);
  if (resource == "thumbnail") return set(Resource::kThumbnail, "thumbnail");
  if (resource == "renderedmpr") return set(Resource::kRenderedMpr, "rendered_mpr");
  if (IsRendered3d(resource)) return set(Resource::kRendered3d, "rendered_3d");
  return SetSearch(depth, resource, route);
}

// A path of the archive's own making, percent-encoded anew. Access was decided for the study before it, so it must not
// lead out of there.
absl::Status SetBulkData(Segments segments, Route& route) {
  route.resource = Resource::kBulkData;
  route.name = "bulkdata";
  for (const std::string& segment : segments) {
    if (segment.empty() || segment == "." || segment == "..") return Invalid("the path is not that of bulk data");
    absl::StrAppend(&route.rest, route.rest.empty() ? "" : "/");
    for (const char c : segment) {
      const bool plain = absl::ascii_isalnum(c) || absl::StrContains("-._~:@!$&'()*+,;=", absl::string_view(&c, 1));
      absl::StrAppend(&route.rest, plain ? std::string(1, c) : absl::StrFormat("%%%02X", static_cast<uint8_t>(c)));
    }
  }
  return absl::OkStatus();
}

// The path itself, without a resource below it.
void SetStored(int depth, Route& route) {
  route.resource = depth == 4 ? Resource::kFrames : Resource::kStored;
  route.name = depth == 4 ? "frames" : "instances";
}

}  // namespace

bool IsDicomWeb(Segments segments) {
  return (!segments.empty() && segments[0] == "dicom-web") ||
         (segments.size() >= 3 && segments[0] == "archives" && segments[2] == "dicom-web");
}

absl::StatusOr<Route> ParseRoute(Segments segments) {
  Route route;
  if (segments[0] == "archives") {
    route.archive = segments[1];
    segments.remove_prefix(2);
  }
  segments.remove_prefix(1);
  int depth = 0;
  VITRINE_ASSIGN_OR_RETURN(const bool study, TakeUid(segments, "studies", route.path.StudyInstanceUID));
  if (study) {
    depth = 1;
    // As PS3.18 10.4.1.8 misprints the 3D resource of a study.
    if (segments.size() == 2 && segments[0] == "series" && IsRendered3d(segments[1])) segments.remove_prefix(1);
    VITRINE_ASSIGN_OR_RETURN(const bool series, TakeUid(segments, "series", route.path.SeriesInstanceUID));
    if (series) {
      depth = 2;
      VITRINE_ASSIGN_OR_RETURN(const bool instance, TakeUid(segments, "instances", route.path.SOPInstanceUID));
      if (instance) depth = 3;
    }
  }
  if (depth == 3 && segments.size() >= 2 && segments[0] == "frames") {
    VITRINE_ASSIGN_OR_RETURN(route.frames, ParseFrameList(segments[1]));
    depth = 4;
    segments.remove_prefix(2);
  }
  if (segments.empty() && depth >= 1) {
    SetStored(depth, route);
    return route;
  }
  if (depth >= 1 && depth <= 3 && !segments.empty() && IsBulkData(segments[0])) {
    VITRINE_RETURN_IF_ERROR(SetBulkData(segments, route));
    return route;
  }
  if (segments.size() != 1) return NoSuchResource();
  VITRINE_RETURN_IF_ERROR(SetResource(depth, segments[0], route));
  return route;
}

}  // namespace vitrine::service
