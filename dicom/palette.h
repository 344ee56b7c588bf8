#ifndef VITRINE_DICOM_PALETTE_H_
#define VITRINE_DICOM_PALETTE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "dicom/dataset.h"

namespace vitrine::dicom {

// Palette Color Lookup Tables (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6; segmented: C.7.9.2).
struct Palette {
  struct Channel {
    int32_t first = 0;              // Stored values below it take the first entry, those past the end the last one.
    std::vector<uint16_t> entries;  // Never empty.
  };
  std::array<Channel, 3> channels;  // Red, green, blue.
  int bits = 16;                    // Entries lie in [0, 2^bits).
};

// Reads the palette of a PALETTE COLOR image. Tables that state 16 bits and hold nothing above 255 are 8-bit tables.
// kBadInstance where a table is missing, empty or, segmented, contradicts itself.
absl::StatusOr<Palette> ReadPalette(const Item& root, bool signed_index);

// Expands Segmented Palette Color Lookup Table Data to at most `count` entries. `units` are the 16-bit words, or for
// 8-bit tables the bytes. kBadInstance for an unknown opcode, a table that breaks off, a linear segment without a
// predecessor, an indirect segment that refers to nothing or to another one.
absl::StatusOr<std::vector<uint16_t>> ExpandSegments(const std::vector<uint16_t>& units, size_t count,
                                                     int bytes_per_unit);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_PALETTE_H_
