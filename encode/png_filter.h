#ifndef VITRINE_ENCODE_PNG_FILTER_H_
#define VITRINE_ENCODE_PNG_FILTER_H_

// The five row filters of PNG (ISO/IEC 15948, clause 9) and the choice between them.

#include <cstddef>
#include <cstdint>

namespace vitrine::encode {

// Bytes that must be readable, as zeros, before each row given to FilterRow(): the pixel left of the first one.
// As many bytes after the row must be readable too; their value does not matter.
inline constexpr size_t kRowPadding = 64;

// Writes the filter type byte and then the `size` filtered bytes of `row` to `out`. Takes the filter whose output,
// read as signed bytes, has the least sum of absolute values (12.8: the usual heuristic). `previous` is the row above,
// zeros for the first. `pixel_bytes` is 1, 2, 3 or 6. `out` may be written up to kRowPadding bytes beyond the row.
void FilterRow(const uint8_t* row, const uint8_t* previous, size_t size, size_t pixel_bytes, uint8_t* out);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_PNG_FILTER_H_
