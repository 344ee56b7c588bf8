#include "render/simd/faster_loads.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/simd/faster_loads.cc"
#include "hwy/foreach_target.h"  // Must come before highway.h: it compiles this file once per instruction set.
#include "hwy/highway.h"
#include "render/simd/vector_loads-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {
namespace {

// Two slices of voxels as interpolation reads them, in the cache next to the processor.
constexpr int32_t kRowBytes = 256;
constexpr int32_t kSliceBytes = 8192;
constexpr int kVectors = 256;
constexpr int kRounds = 9;

template <typename Loads>
IntVector Sum(const uint8_t* voxels, IntVector offset) {
  const uint8_t* const rows[] = {voxels, voxels + kRowBytes, voxels + kSliceBytes, voxels + kSliceBytes + kRowBytes};
  auto sum = hn::Zero(Int());
  for (int i = 0; i < kVectors; ++i) {
    IntVector words[4];
    Loads::Words(rows, hn::Add(offset, hn::Set(Int(), 16 * i)), words);
    sum = hn::Add(sum, hn::Add(hn::Add(words[0], words[1]), hn::Add(words[2], words[3])));
  }
  return sum;
}

// The least of several runs, for what disturbs one only makes it longer.
template <typename Loads>
double Duration(const std::vector<uint8_t>& voxels) {
  using Clock = std::chrono::steady_clock;
  const auto offset = hn::Mul(hn::Iota(Int(), 0), hn::Set(Int(), 6));
  double least = std::numeric_limits<double>::max();
  for (int round = 0; round < kRounds; ++round) {
    const Clock::time_point start = Clock::now();
    volatile int32_t sum = hn::GetLane(hn::SumOfLanes(Int(), Sum<Loads>(voxels.data(), offset)));
    static_cast<void>(sum);
    least = std::min(least, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return least;
}

bool MeasureGathers() {
  if (!kHasGathers) return false;
  const std::vector<uint8_t> voxels(2 * kSliceBytes + kRowBytes);
  return Duration<Gathers>(voxels) < Duration<SingleLoads>(voxels);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::render::simd {
namespace {

HWY_EXPORT(MeasureGathers);

// -1: as measured.
std::atomic<int> set_for_test = -1;

}  // namespace

bool GathersAreFaster() {
  static const bool measured = HWY_DYNAMIC_DISPATCH(MeasureGathers)();
  const int set = set_for_test.load(std::memory_order_relaxed);
  return set < 0 ? measured : set != 0;
}

void SetGathersAreFasterForTest(std::optional<bool> faster) { set_for_test = faster ? *faster : -1; }

}  // namespace vitrine::render::simd
#endif  // HWY_ONCE
