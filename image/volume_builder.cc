#include "image/volume_builder.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <type_traits>
#include <utility>
#include <variant>

namespace vitrine::image {
namespace {

SampleType VoxelType(SampleType stored_type, VoxelValues values) {
  return values == VoxelValues::kModality ? SampleType::kFloat32 : stored_type;
}

std::vector<double> ConsecutivePlaces(int slices) {
  std::vector<double> places(slices);
  std::iota(places.begin(), places.end(), 0.0);
  return places;
}

size_t SliceVoxels(const Lattice& lattice) { return static_cast<size_t>(lattice.columns) * lattice.rows; }

// Whether every sample of type From is also one of type To.
template <typename From, typename To>
constexpr bool Holds() {
  if constexpr (std::is_same_v<From, To>) return true;
  if constexpr (std::is_same_v<To, float>) return true;
  return std::is_same_v<From, uint8_t> && !std::is_same_v<To, uint8_t>;
}

template <typename Stored>
bool IsPadding(Stored value, const std::optional<Padding>& padding) {
  if constexpr (std::is_floating_point_v<Stored>) {
    if (!std::isfinite(value)) return true;
  }
  return padding && value >= padding->low && value <= padding->high;
}

// Calls mark(i) for every sample that is padding. Most slices have none, which a loop without branches finds out.
template <typename Stored, typename Mark>
void FindPadding(const Stored* samples, size_t count, const std::optional<Padding>& padding, Mark mark) {
  if (!std::is_floating_point_v<Stored> && !padding) return;
  size_t found = 0;
  for (size_t i = 0; i < count; ++i) found += IsPadding(samples[i], padding) ? 1 : 0;
  if (found == 0) return;
  for (size_t i = 0; i < count; ++i) {
    if (IsPadding(samples[i], padding)) mark(i);
  }
}

double LookUp(const Lut& lut, double value) {
  const double index = std::clamp(std::round(value) - lut.first, 0.0, static_cast<double>(lut.entries.size() - 1));
  return lut.entries[static_cast<size_t>(index)];
}

// Modality values; those of padding mean nothing.
template <typename Stored>
void ApplyModality(const Stored* from, size_t count, const Modality& modality, float* to) {
  if (const Rescale* rescale = std::get_if<Rescale>(&modality)) {
    for (size_t i = 0; i < count; ++i) to[i] = static_cast<float>(rescale->slope * from[i] + rescale->intercept);
    return;
  }
  const Lut& lut = *std::get<std::shared_ptr<const Lut>>(modality);
  for (size_t i = 0; i < count; ++i) {
    to[i] = IsPadding(from[i], std::nullopt) ? 0 : static_cast<float>(LookUp(lut, static_cast<double>(from[i])));
  }
}

template <typename Voxel>
Voxel Between(Voxel a, Voxel b, double share) {
  const double value = a + share * (static_cast<double>(b) - a);
  if constexpr (std::is_floating_point_v<Voxel>) return static_cast<Voxel>(value);
  return static_cast<Voxel>(std::floor(value + 0.5));
}

}  // namespace

VolumeBuilder::VolumeBuilder(const Lattice& lattice, std::vector<double> places, SampleType stored_type,
                             VoxelValues values)
    : places_(std::move(places)), values_(values) {
  volume_.lattice = lattice;
  volume_.type = VoxelType(stored_type, values);
  volume_.voxels = VoxelBuffer(volume_.voxel_count() * BytesPerSample(volume_.type));
}

VolumeBuilder::VolumeBuilder(const Lattice& lattice, SampleType stored_type, VoxelBuffer voxels)
    : places_(ConsecutivePlaces(lattice.slices)), values_(VoxelValues::kStored) {
  volume_.lattice = lattice;
  volume_.type = stored_type;
  volume_.voxels = std::move(voxels);
}

uint64_t VolumeBuilder::MemoryBytes(const Lattice& lattice, SampleType stored_type, VoxelValues values) {
  const uint64_t voxels = static_cast<uint64_t>(SliceVoxels(lattice)) * lattice.slices;
  return sizeof(Volume) + voxels * BytesPerSample(VoxelType(stored_type, values)) + voxels / 8 +
         BrickCount(lattice) * sizeof(Bricks::Extremes);
}

SliceFit VolumeBuilder::Place(int index, const Frame& frame, const ToneCurve& curve) {
  const Lattice& lattice = volume_.lattice;
  if (frame.columns != lattice.columns || frame.rows != lattice.rows || frame.channels != 1) {
    return SliceFit::kOtherFormat;
  }
  if (values_ == VoxelValues::kStored && !AcceptRescale(curve.modality)) return SliceFit::kOtherRescale;
  const size_t first = static_cast<size_t>(std::floor(places_[index])) * SliceVoxels(lattice);
  switch (frame.type) {
    case SampleType::kUint8: return PlaceSamples<uint8_t>(first, frame, curve);
    case SampleType::kUint16: return PlaceSamples<uint16_t>(first, frame, curve);
    case SampleType::kInt16: return PlaceSamples<int16_t>(first, frame, curve);
    case SampleType::kFloat32: return PlaceSamples<float>(first, frame, curve);
  }
  return SliceFit::kOtherFormat;
}

bool VolumeBuilder::AcceptRescale(const Modality& modality) {
  const Rescale* rescale = std::get_if<Rescale>(&modality);
  if (rescale == nullptr || !(rescale->slope > 0)) return false;
  absl::MutexLock lock(&mutex_);
  if (!rescale_) rescale_ = *rescale;
  return rescale_->slope == rescale->slope && rescale_->intercept == rescale->intercept;
}

template <typename Stored>
SliceFit VolumeBuilder::PlaceSamples(size_t first, const Frame& frame, const ToneCurve& curve) {
  const size_t count = SliceVoxels(volume_.lattice);
  const auto* const samples = reinterpret_cast<const Stored*>(frame.data());
  const auto copy = [&](auto* voxels) {
    using Voxel = std::remove_pointer_t<decltype(voxels)>;
    if constexpr (!Holds<Stored, Voxel>()) return false;
    std::transform(samples, samples + count, voxels + first, [](Stored value) { return static_cast<Voxel>(value); });
    return true;
  };
  bool fits = false;
  uint8_t* const data = volume_.voxels.data();
  if (values_ == VoxelValues::kModality) {
    ApplyModality(samples, count, curve.modality, reinterpret_cast<float*>(data) + first);
    fits = true;
  } else if (volume_.type == SampleType::kUint8) {
    fits = copy(data);
  } else if (volume_.type == SampleType::kUint16) {
    fits = copy(reinterpret_cast<uint16_t*>(data));
  } else if (volume_.type == SampleType::kInt16) {
    fits = copy(reinterpret_cast<int16_t*>(data));
  } else {
    fits = copy(reinterpret_cast<float*>(data));
  }
  if (!fits) return SliceFit::kOtherFormat;
  MarkPadding(samples, first, curve.padding);
  if (values_ == VoxelValues::kModality) {
    MarkPadding(reinterpret_cast<const float*>(data) + first, first, std::nullopt);  // Overflow.
  }
  return SliceFit::kPlaced;
}

SliceFit VolumeBuilder::Place(int index, const ToneCurve& curve) {
  if (!AcceptRescale(curve.modality)) return SliceFit::kOtherRescale;
  const size_t first = static_cast<size_t>(places_[index]) * SliceVoxels(volume_.lattice);
  switch (volume_.type) {
    case SampleType::kUint8: MarkPadding(volume_.data<uint8_t>() + first, first, curve.padding); break;
    case SampleType::kUint16: MarkPadding(volume_.data<uint16_t>() + first, first, curve.padding); break;
    case SampleType::kInt16: MarkPadding(volume_.data<int16_t>() + first, first, curve.padding); break;
    case SampleType::kFloat32: MarkPadding(volume_.data<float>() + first, first, curve.padding); break;
  }
  return SliceFit::kPlaced;
}

// Of the slice that begins at voxel `first` and has these samples.
template <typename Sample>
void VolumeBuilder::MarkPadding(const Sample* samples, size_t first, const std::optional<Padding>& padding) {
  uint64_t* words = nullptr;
  FindPadding(samples, SliceVoxels(volume_.lattice), padding, [&](size_t i) {
    if (words == nullptr) words = PaddingWords();
    const size_t voxel = first + i;
    // Slices share the words at their ends.
    std::atomic_ref<uint64_t>(words[voxel / 64]).fetch_or(uint64_t{1} << voxel % 64, std::memory_order_relaxed);
  });
}

Volume VolumeBuilder::Finish(Parallel& parallel) {
  {
    absl::MutexLock lock(&mutex_);
    volume_.rescale = rescale_.value_or(Rescale{});
  }
  if (static_cast<size_t>(volume_.lattice.slices) != places_.size()) {
    switch (volume_.type) {
      case SampleType::kUint8: Resample<uint8_t>(); break;
      case SampleType::kUint16: Resample<uint16_t>(); break;
      case SampleType::kInt16: Resample<int16_t>(); break;
      case SampleType::kFloat32: Resample<float>(); break;
    }
  }
  if (!volume_.padding.empty()) FillPadding(parallel);
  return std::move(volume_);
}

// Slices wait at the whole part of their place. From the last pair of neighbours down to the first, the voxels between
// them are made, those at the upper neighbour's own slot at the end: everything happens in place.
template <typename Voxel>
void VolumeBuilder::Resample() {
  const size_t count = SliceVoxels(volume_.lattice);
  auto* const voxels = reinterpret_cast<Voxel*>(volume_.voxels.data());
  uint64_t* const padding = volume_.padding.empty() ? nullptr : volume_.padding.data();
  for (size_t pair = places_.size() - 1; pair-- > 0;) {
    const auto lower = static_cast<size_t>(places_[pair]);
    const auto upper = static_cast<size_t>(places_[pair + 1]);
    for (size_t slice = lower + 1; slice <= upper; ++slice) {
      const double share = (static_cast<double>(slice) - places_[pair]) / (places_[pair + 1] - places_[pair]);
      for (size_t i = 0; i < count; ++i) {
        const size_t a = lower * count + i;
        const size_t b = upper * count + i;
        const size_t to = slice * count + i;
        const size_t nearer = share <= 0.5 ? a : b;
        if (padding == nullptr || (!volume_.is_padding(a) && !volume_.is_padding(b))) {
          voxels[to] = Between(voxels[a], voxels[b], share);
          continue;
        }
        const uint64_t bit = uint64_t{volume_.is_padding(nearer)} << to % 64;
        voxels[to] = voxels[nearer];
        padding[to / 64] = (padding[to / 64] & ~(uint64_t{1} << to % 64)) | bit;
      }
    }
  }
}

void VolumeBuilder::FillPadding(Parallel& parallel) {
  const Bricks::Extremes& all = volume_.bricks(parallel).all;
  const float minimum = all.minimum > all.maximum ? 0 : all.minimum;  // 0 where all is padding.
  const size_t count = SliceVoxels(volume_.lattice);
  parallel.For(volume_.lattice.slices, [&](int slice) {
    const auto fill = [&](auto* voxels) {
      using Voxel = std::remove_pointer_t<decltype(voxels)>;
      for (size_t i = slice * count; i < (slice + 1) * count; ++i) {
        if (volume_.is_padding(i)) voxels[i] = static_cast<Voxel>(minimum);
      }
    };
    uint8_t* const data = volume_.voxels.data();
    switch (volume_.type) {
      case SampleType::kUint8: return fill(data);
      case SampleType::kUint16: return fill(reinterpret_cast<uint16_t*>(data));
      case SampleType::kInt16: return fill(reinterpret_cast<int16_t*>(data));
      case SampleType::kFloat32: return fill(reinterpret_cast<float*>(data));
    }
  });
}

uint64_t* VolumeBuilder::PaddingWords() {
  absl::MutexLock lock(&mutex_);
  if (volume_.padding.empty()) volume_.padding.resize((volume_.voxel_count() + 63) / 64);
  return volume_.padding.data();
}

}  // namespace vitrine::image
