#ifndef VITRINE_BENCH_LOAD_VOLUME_H_
#define VITRINE_BENCH_LOAD_VOLUME_H_

// A series from a folder, for benchmarks that measure what comes after the loading.

#include <string>

#include "absl/status/statusor.h"
#include "image/volume.h"

namespace vitrine::bench {

// Every DICOM file of `folder` is one slice of one series: equal size, type, orientation and rescale, evenly spaced.
// Slices are sorted along their normal. Nothing of this is checked but the sizes.
absl::StatusOr<image::Volume> LoadVolume(const std::string& folder);

}  // namespace vitrine::bench

#endif  // VITRINE_BENCH_LOAD_VOLUME_H_
