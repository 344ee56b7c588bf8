#include "service/dicomweb/volume_parameters.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "dicom/dictionary.h"
#include "service/dicomweb/parameter_values.h"
#include "service/dicomweb/volume_parameter_table.h"

namespace vitrine::service {
namespace {

// Attribute matching (PS3.18 8.3.4.1): an attribute of the data dictionary by keyword or tag.
bool IsAttribute(absl::string_view name) { return dicom::TagOfKeyword(name).has_value(); }

absl::Status CheckConflicts(const absl::flat_hash_set<absl::string_view>& seen, const v1::VolumeInput& input) {
  if (seen.contains("orientation")) {
    for (const absl::string_view other : {"viewpointposition", "viewpointlookat", "viewpointup"}) {
      if (seen.contains(other)) return InvalidParameter("orientation", absl::StrCat("not together with ", other));
    }
  }
  if (seen.contains("volumeinputreference") && !input.match().empty()) {
    return InvalidParameter("volumeinputreference", "not together with attributes to match");
  }
  if (seen.contains("vitrine-preset") &&
      (seen.contains("vitrine-transfer-function") || seen.contains("vitrine-shaded"))) {
    return InvalidParameter("vitrine-preset", "not together with vitrine-transfer-function or vitrine-shaded");
  }
  if (seen.contains("vitrine-shaded") && !seen.contains("vitrine-transfer-function")) {
    return InvalidParameter("vitrine-shaded", "only together with vitrine-transfer-function");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AnimationWish> ReadVolumeParameters(const http::Fields& params, v1::RenderRequest& request) {
  VolumeReading reading{request, {}};
  absl::flat_hash_set<absl::string_view> seen;
  for (const auto& [name, value] : params) {
    const VolumeParameter* parameter = FindVolumeParameter(name, reading.mpr());
    if (parameter == nullptr && !IsAttribute(name)) continue;
    if (!seen.insert(name).second && name != "volumetriccurvepoint") {
      return InvalidParameter(name, "given more than once");
    }
    if (parameter != nullptr) {
      VITRINE_RETURN_IF_ERROR(parameter->read(value, reading));
    } else {
      (*reading.input().mutable_match())[name] = value;
    }
  }
  VITRINE_RETURN_IF_ERROR(CheckConflicts(seen, reading.input()));
  const bool one_point = request.view().slice().curve_size() == 1;
  if (one_point) return InvalidParameter("volumetriccurvepoint", "give at least 2 points");
  return reading.wish;
}

}  // namespace vitrine::service
