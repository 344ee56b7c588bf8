#ifndef VITRINE_DICOM_CODEC_INTERLEAVE_H_
#define VITRINE_DICOM_CODEC_INTERLEAVE_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace vitrine::dicom {

// Turns planes (all first samples, all second samples ...; Planar Configuration 1) into pixels. `planes` and `pixels`
// have the same size, a multiple of `plane_count * bytes_per_sample`, and do not overlap. `bytes_per_sample` is 1, 2, 4
// or 8.
void InterleavePlanes(absl::Span<const uint8_t> planes, int plane_count, int bytes_per_sample,
                      absl::Span<uint8_t> pixels);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_INTERLEAVE_H_
