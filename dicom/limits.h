#ifndef VITRINE_DICOM_LIMITS_H_
#define VITRINE_DICOM_LIMITS_H_

#include <cstdint>

namespace vitrine::dicom {

// What is accepted of a DICOM object. Each is checked before the memory that it bounds is taken.
struct Limits {
  int max_nesting_depth = 32;                // Of sequences.
  uint64_t max_header_bytes = 64ull << 20;   // The data set without its pixel data.
  int max_elements = 1'000'000;              // Elements and items up to the pixel data; one costs some 300 bytes.
  uint64_t max_inflated_bytes = 1ull << 30;  // Of a deflated data set, or of one deflated frame.
  int max_rows = 65535;
  int max_columns = 65535;
  // Each of these three: the decoded samples of one frame; what its decoder works in beside them (32 bits a sample for
  // JPEG 2000 and for one of its tiles, 16 for JPEG in several scans, once more the samples for planes and swapped
  // bytes); the picture made of them, palettes applied. A frame takes less than three times this while it is decoded.
  uint64_t max_frame_bytes = 512ull << 20;
  // These two have no flag: they bound a table that an object within --max_instance_bytes claims to need, at a size
  // that no real object comes near, and whoever raised them would gain nothing.
  int max_frames = 1'000'000;     // One costs at most some 150 bytes.
  int max_fragments = 2'000'000;  // Of encapsulated pixel data; one costs 16 bytes.
};

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_LIMITS_H_
