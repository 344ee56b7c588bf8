#ifndef VITRINE_RENDER_SIMD_FASTER_LOADS_H_
#define VITRINE_RENDER_SIMD_FASTER_LOADS_H_

// How vectors of voxels are loaded: pictures are the same either way.

#include <cstdint>
#include <optional>

#include "hwy/detect_targets.h"

namespace vitrine::render::simd {

// The instruction sets that have gathers: Highway's bits. With the others only single loads are of use.
inline constexpr int64_t kTargetsWithGathers = HWY_AVX2 | HWY_AVX3 | HWY_AVX3_DL;

// Whether this processor collects a vector from many places sooner by its gather instructions than by single loads.
// Measured once, in less than a millisecond: some processors run gathers as microcode, and updates against leaks
// through them slow others down. Thread-safe.
bool GathersAreFaster();

// Takes the place of the measurement, or with nullopt gives it its place back. Not while anything is rendered.
void SetGathersAreFasterForTest(std::optional<bool> faster);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_FASTER_LOADS_H_
