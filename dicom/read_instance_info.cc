#include "dicom/read_instance_info.h"

#include <optional>
#include <vector>

namespace vitrine::dicom {
namespace {

template <size_t kCount>
std::optional<std::array<double, kCount>> ReadVector(const Item& item, Tag tag) {
  const std::vector<std::optional<double>> values = item.Doubles(tag);
  if (values.size() != kCount) return std::nullopt;
  std::array<double, kCount> vector;
  for (size_t i = 0; i < kCount; ++i) {
    if (!values[i]) return std::nullopt;
    vector[i] = *values[i];
  }
  return vector;
}

// In the data set itself, or in a functional group of the first frame or of all frames.
template <size_t kCount>
std::optional<std::array<double, kCount>> FindVector(const Item& root, Tag group, Tag tag) {
  if (const auto vector = ReadVector<kCount>(root, tag)) return vector;
  for (const Tag holders : {tags::PerFrameFunctionalGroupsSequence, tags::SharedFunctionalGroupsSequence}) {
    const std::optional<Item> holder = root.FirstItem(holders);
    if (!holder) continue;
    const std::optional<Item> item = holder->FirstItem(group);
    if (!item) continue;
    if (const auto vector = ReadVector<kCount>(*item, tag)) return vector;
  }
  return std::nullopt;
}

std::optional<std::array<double, 2>> ReadPixelSpacing(const Item& root) {
  auto spacing = FindVector<2>(root, tags::PixelMeasuresSequence, tags::PixelSpacing);
  if (!spacing) spacing = ReadVector<2>(root, tags::ImagerPixelSpacing);
  const bool valid = spacing && (*spacing)[0] > 0 && (*spacing)[1] > 0;
  return valid ? spacing : std::nullopt;
}

std::optional<double> ReadFrameTime(const Item& root) {
  if (const std::optional<double> time = root.Double(tags::FrameTime); time && *time > 0) return time;
  for (const Tag rate_tag : {tags::RecommendedDisplayFrameRate, tags::CineRate}) {
    if (const std::optional<double> rate = root.Double(rate_tag); rate && *rate > 0) return 1000 / *rate;
  }
  return std::nullopt;
}

std::vector<double> ReadFrameTimeVector(const Item& root) {
  std::vector<double> times;
  for (const std::optional<double>& time : root.Doubles(tags::FrameTimeVector)) {
    if (!time || !(*time >= 0)) return {};
    times.push_back(*time);
  }
  return times;
}

}  // namespace

InstanceInfo ReadInstanceInfo(const Item& root) {
  InstanceInfo info;
  info.StudyInstanceUID = root.String(tags::StudyInstanceUID);
  info.SeriesInstanceUID = root.String(tags::SeriesInstanceUID);
  info.SOPInstanceUID = root.String(tags::SOPInstanceUID);
  info.SOPClassUID = root.String(tags::SOPClassUID);
  info.Modality = root.String(tags::Modality);
  info.PixelSpacing = ReadPixelSpacing(root);
  info.ImagePositionPatient = FindVector<3>(root, tags::PlanePositionSequence, tags::ImagePositionPatient);
  info.ImageOrientationPatient = FindVector<6>(root, tags::PlaneOrientationSequence, tags::ImageOrientationPatient);
  info.FrameTime = ReadFrameTime(root);
  info.FrameTimeVector = ReadFrameTimeVector(root);
  return info;
}

}  // namespace vitrine::dicom
