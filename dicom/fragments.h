#ifndef VITRINE_DICOM_FRAGMENTS_H_
#define VITRINE_DICOM_FRAGMENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "dicom/part10.h"

namespace vitrine::dicom {

// Which fragments of encapsulated pixel data make up which frame (PS3.5 A.4): the index of each frame's first fragment,
// then the number of fragments. Taken from the first of these that fits: a single frame has all fragments; the Extended
// Offset Table; the Basic Offset Table; one fragment a frame; frames begin where a codestream ends in one fragment and
// another starts in the next one. A table fits if it has `frames` ascending offsets and each lands on an item.
// kBadInstance where nothing fits.
absl::StatusOr<std::vector<uint32_t>> FirstFragments(absl::string_view data, const PixelData& pixel_data, int frames);

// The bytes of one frame. `*joined` holds them if they come from several fragments; otherwise they lie in `data`.
absl::Span<const uint8_t> JoinFragments(absl::string_view data, absl::Span<const Extent> fragments,
                                        std::string* joined);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_FRAGMENTS_H_
