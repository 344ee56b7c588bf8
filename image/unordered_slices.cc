#include "image/unordered_slices.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vitrine::image {
namespace {

// Of every slice so much is moved at a time: it stays in the cache of one processor.
constexpr size_t kBandBytes = 32 << 10;

}  // namespace

UnorderedSlices::UnorderedSlices(int columns, int rows, SampleType type, int slices)
    : columns_(columns),
      rows_(rows),
      type_(type),
      slice_bytes_(static_cast<size_t>(columns) * rows * BytesPerSample(type)),
      voxels_(slice_bytes_ * slices) {}

bool UnorderedSlices::Set(int index, const Frame& frame) {
  if (frame.columns != columns_ || frame.rows != rows_ || frame.channels != 1 || frame.type != type_) return false;
  std::memcpy(voxels_.data() + index * slice_bytes_, frame.data(), slice_bytes_);
  return true;
}

VoxelBuffer UnorderedSlices::TakeOrdered(const std::vector<int>& order, Parallel& parallel) {
  if (!std::is_sorted(order.begin(), order.end())) {
    const size_t bands = (slice_bytes_ + kBandBytes - 1) / kBandBytes;
    parallel.For(static_cast<int>(bands), [&](int band) {
      const size_t begin = band * kBandBytes;
      Reorder(order, begin, std::min(begin + kBandBytes, slice_bytes_));
    });
  }
  return std::move(voxels_);
}

// Bytes [begin, end) of all slices, along the cycles of the permutation.
void UnorderedSlices::Reorder(const std::vector<int>& order, size_t begin, size_t end) {
  const size_t size = end - begin;
  const auto at = [&](size_t slice) { return voxels_.data() + slice * slice_bytes_ + begin; };
  std::vector<uint8_t> first(size);
  std::vector<bool> done(order.size());
  for (size_t start = 0; start < order.size(); ++start) {
    if (done[start] || order[start] == static_cast<int>(start)) continue;
    std::memcpy(first.data(), at(start), size);
    size_t to = start;
    for (size_t from = order[start]; from != start; to = from, from = order[from]) {
      std::memcpy(at(to), at(from), size);
      done[to] = true;
    }
    std::memcpy(at(to), first.data(), size);
    done[to] = true;
  }
}

}  // namespace vitrine::image
