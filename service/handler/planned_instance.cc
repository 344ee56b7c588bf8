#include "service/handler/planned_instance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
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

std::optional<std::array<double, 3>> Position(const dicom::VolumeFrame& frame) {
  if (!frame.position) return std::nullopt;
  return {{frame.position->x, frame.position->y, frame.position->z}};
}

std::optional<std::array<double, 6>> Orientation(const dicom::VolumeFrame& frame) {
  if (!frame.row_direction || !frame.column_direction) return std::nullopt;
  const image::Vector3 &r = *frame.row_direction, &c = *frame.column_direction;
  return {{r.x, r.y, r.z, c.x, c.y, c.z}};
}

bool SameGeometry(const dicom::VolumeFrame& frame, const dicom::VolumeFrame& planned) {
  return Near<3>(Position(frame), *Position(planned), kPositionTolerance) &&
         Near<6>(Orientation(frame), *Orientation(planned), kDirectionTolerance) &&
         Near<2>(frame.PixelSpacing, *planned.PixelSpacing, kDirectionTolerance);
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
  const bool same = Near<3>(info.ImagePositionPatient, *Position(frame), kPositionTolerance) &&
                    Near<6>(info.ImageOrientationPatient, *Orientation(frame), kDirectionTolerance) &&
                    Near<2>(info.PixelSpacing, *frame.PixelSpacing, kDirectionTolerance);
  return same ? absl::OkStatus() : SeriesChanged("geometry");
}

absl::Status CheckPlannedFrames(const std::vector<dicom::VolumeFrame>& frames, const dicom::VolumePlan& plan,
                                absl::Span<const int> slices) {
  for (const int slice : slices) {
    const dicom::VolumeFrame& planned = plan.slices[slice];
    const size_t index = planned.number - 1;
    if (index >= frames.size() || !SameGeometry(frames[index], planned)) {
      return SeriesChanged(absl::StrCat("geometry of frame ", planned.number));
    }
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
