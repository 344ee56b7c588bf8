#include "bench/load_volume.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "base/operation.h"
#include "base/status_macros.h"
#include "dicom/instance.h"

namespace vitrine::bench {
namespace {

using image::Vector3;

struct Slice {
  Vector3 position;
  double along_normal = 0;
  std::shared_ptr<const dicom::Instance> instance;
};

absl::StatusOr<std::vector<Slice>> ReadSlices(const std::string& folder) {
  std::vector<Slice> slices;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    auto bytes =
        std::make_shared<const std::string>(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    VITRINE_ASSIGN_OR_RETURN(auto instance, dicom::Instance::Parse(std::move(bytes), {}));
    const dicom::InstanceInfo& info = instance->info();
    if (!info.ImagePositionPatient || !info.ImageOrientationPatient || !info.PixelSpacing) {
      return absl::InvalidArgumentError("a file without a position");
    }
    const auto& p = *info.ImagePositionPatient;
    const auto& o = *info.ImageOrientationPatient;
    const Vector3 position{p[0], p[1], p[2]};
    const Vector3 normal = Cross(Vector3{o[0], o[1], o[2]}, Vector3{o[3], o[4], o[5]});
    slices.push_back({position, Dot(position, normal), std::move(instance)});
  }
  if (slices.size() < 2) return absl::InvalidArgumentError("fewer than two files");
  std::sort(slices.begin(), slices.end(),
            [](const Slice& a, const Slice& b) { return a.along_normal < b.along_normal; });
  return slices;
}

image::Lattice LatticeOf(const std::vector<Slice>& slices) {
  const dicom::InstanceInfo& info = slices.front().instance->info();
  const auto& o = *info.ImageOrientationPatient;
  const auto& spacing = *info.PixelSpacing;
  image::Lattice lattice;
  lattice.columns = info.Columns;
  lattice.rows = info.Rows;
  lattice.slices = static_cast<int>(slices.size());
  lattice.origin = slices.front().position;
  lattice.column_step = spacing[1] * Vector3{o[0], o[1], o[2]};
  lattice.row_step = spacing[0] * Vector3{o[3], o[4], o[5]};
  lattice.slice_step = (1.0 / (lattice.slices - 1)) * (slices.back().position - slices.front().position);
  return lattice;
}

}  // namespace

absl::StatusOr<image::Volume> LoadVolume(const std::string& folder) {
  VITRINE_ASSIGN_OR_RETURN(const std::vector<Slice> slices, ReadSlices(folder));
  image::Volume volume;
  volume.lattice = LatticeOf(slices);
  for (size_t k = 0; k < slices.size(); ++k) {
    VITRINE_ASSIGN_OR_RETURN(const dicom::DecodedFrame decoded, slices[k].instance->DecodeFrame(1, Operation()));
    const size_t slice_bytes = decoded.frame.size_bytes();
    if (k == 0) {
      volume.type = decoded.frame.type;
      volume.voxels = image::VoxelBuffer(slice_bytes * slices.size());
      if (const auto* rescale = std::get_if<image::Rescale>(&decoded.tone.modality)) volume.rescale = *rescale;
    }
    if ((k + 1) * slice_bytes > volume.voxels.size()) return absl::InvalidArgumentError("slices of different sizes");
    std::memcpy(volume.voxels.data() + k * slice_bytes, decoded.frame.data(), slice_bytes);
  }
  return volume;
}

}  // namespace vitrine::bench
