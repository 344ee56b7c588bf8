#include "service/handler/planned_instance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <variant>

#include "base/error.h"

namespace vitrine::service {
namespace {

// Digits that writers of JSON drop.
constexpr double kPositionTolerance = 1e-3;
constexpr double kDirectionTolerance = 1e-4;

template <size_t kCount>
bool Near(const std::optional<std::array<double, kCount>>& values, const std::array<double, kCount>& planned,
          double tolerance) {
  if (!values) return false;
  for (size_t i = 0; i < kCount; ++i) {
    if (std::abs((*values)[i] - planned[i]) > tolerance) return false;
  }
  return true;
}

}  // namespace

absl::Status SeriesChanged(absl::string_view detail) {
  return MakeError(ErrorCategory::kArchiveProtocol, "the series changed while it was loaded", detail);
}

absl::Status CheckPlannedInstance(const dicom::InstanceInfo& info, const std::string& study,
                                  const dicom::VolumeFrame& frame) {
  const dicom::VolumeInstance& planned = *frame.instance;
  if (info.StudyInstanceUID != study || info.SeriesInstanceUID != planned.SeriesInstanceUID ||
      info.SOPInstanceUID != planned.SOPInstanceUID || info.SOPClassUID != planned.SOPClassUID) {
    return SeriesChanged("identity");
  }
  if (info.Rows != planned.Rows || info.Columns != planned.Columns || info.NumberOfFrames != planned.NumberOfFrames) {
    return SeriesChanged("matrix");
  }
  if (info.PhotometricInterpretation != planned.PhotometricInterpretation) return SeriesChanged("colour model");
  if (planned.NumberOfFrames > 1) return absl::OkStatus();
  const image::Vector3 &p = *frame.position, &r = *frame.row_direction, &c = *frame.column_direction;
  if (!Near<3>(info.ImagePositionPatient, {p.x, p.y, p.z}, kPositionTolerance) ||
      !Near<6>(info.ImageOrientationPatient, {r.x, r.y, r.z, c.x, c.y, c.z}, kDirectionTolerance) ||
      !Near<2>(info.PixelSpacing, *frame.PixelSpacing, kDirectionTolerance)) {
    return SeriesChanged("geometry");
  }
  return absl::OkStatus();
}

std::vector<image::Window> WindowsOf(const dicom::InstanceInfo& info, const image::ToneCurve& tone) {
  std::vector<image::Window> windows;
  const auto add = [&windows](const image::Window& window) {
    const bool known = std::any_of(windows.begin(), windows.end(), [&](const image::Window& other) {
      return other.center == window.center && other.width == window.width && other.function == window.function;
    });
    if (!known) windows.push_back(window);
  };
  if (const auto* window = std::get_if<image::Window>(&tone.voi)) add(*window);
  for (const dicom::NamedWindow& named : info.windows) add(named.window);
  return windows;
}

}  // namespace vitrine::service
