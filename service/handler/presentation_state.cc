#include "service/handler/presentation_state.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "service/handler/describe_series.h"

namespace vitrine::service {
namespace {

struct SopClass {
  absl::string_view uid;
  absl::string_view name;
};

constexpr SopClass kVolumetric[] = {
    {"1.2.840.10008.5.1.4.1.1.11.6", "Grayscale Planar MPR"},
    {"1.2.840.10008.5.1.4.1.1.11.7", "Compositing Planar MPR"},
    {"1.2.840.10008.5.1.4.1.1.11.9", "Volume Rendering"},
    {"1.2.840.10008.5.1.4.1.1.11.10", "Segmented Volume Rendering"},
    {"1.2.840.10008.5.1.4.1.1.11.11", "Multiple Volume Rendering"},
};

}  // namespace

absl::Status CheckNoPresentationState(absl::string_view metadata) {
  const auto described = DescribeSeriesFromMetadata(metadata);
  if (!described.ok()) return absl::OkStatus();
  for (const v1::DescribeSeriesResponse::Instance& instance : described->instances()) {
    for (const SopClass& sop_class : kVolumetric) {
      if (instance.sop_class_uid() != sop_class.uid) continue;
      return MakeError(ErrorCategory::kUnsupported,
                       absl::StrCat("a ", sop_class.name, " Volumetric Presentation State is not rendered"));
    }
  }
  return absl::OkStatus();
}

}  // namespace vitrine::service
