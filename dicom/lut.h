#ifndef VITRINE_DICOM_LUT_H_
#define VITRINE_DICOM_LUT_H_

// Lookup tables as the data set holds them (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5).

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "dicom/dataset.h"
#include "image/tone_curve.h"

namespace vitrine::dicom {

struct LutDescriptor {
  int count = 0;      // 1 to 65536.
  int32_t first = 0;  // First input value mapped.
  int bits = 16;      // Of each entry, as stated.
};

// `signed_first`: the second value is a signed number; the first and the third never are, whatever the VR. nullopt
// where one of the three is missing.
std::optional<LutDescriptor> ReadLutDescriptor(const Item& item, Tag tag, bool signed_first);

// The entries among `words`: one a word, or two 8-bit entries a word (the low byte first) where the words are too few
// otherwise. At most `descriptor.count`; fewer where the data end early.
std::vector<uint16_t> UnpackLutEntries(const std::vector<uint16_t>& words, const LutDescriptor& descriptor);

// As many bits as are stated, or as the largest entry needs where that is more or what is stated is no entry size.
int LutEntryBits(absl::Span<const uint16_t> entries, int stated_bits);

// LUT Descriptor and LUT Data of an item of a Modality or VOI LUT Sequence; null where one of them is missing or empty.
std::shared_ptr<const image::Lut> ReadLut(const Item& item, bool signed_first);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_LUT_H_
