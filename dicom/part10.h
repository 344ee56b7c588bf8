#ifndef VITRINE_DICOM_PART10_H_
#define VITRINE_DICOM_PART10_H_

// Finds its way through a PS3.10 file without copying it: where the header and the pixel data lie. Every length is
// checked against the bytes that are there, and nesting against Limits, before anything else reads the data set.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/limits.h"

namespace vitrine::dicom {

// Bytes [offset, offset + length) of Part10::data.
struct Extent {
  uint64_t offset = 0;
  uint64_t length = 0;
};

inline absl::string_view Slice(absl::string_view data, const Extent& extent) {
  return data.substr(extent.offset, extent.length);
}

enum class PixelElement {
  kNone,
  kPixelData,             // (7FE0,0010)
  kFloatPixelData,        // (7FE0,0008)
  kDoubleFloatPixelData,  // (7FE0,0009)
};

// The pixel data of the data set itself; that of its sequences (Icon Image) is ignored.
struct PixelData {
  PixelElement element = PixelElement::kNone;
  bool is_ow = false;         // Explicit VR OW, or Implicit VR (PS3.5 A.1).
  bool encapsulated = false;  // PS3.5 A.4.
  Extent value;               // Native pixel data.

  // Encapsulated pixel data. Offsets in the tables count from the tag of the first fragment's item, 8 bytes before the
  // fragment itself.
  std::vector<Extent> fragments;
  Extent basic_offset_table;
  Extent extended_offset_table;  // (7FE0,0001), always little endian 64 bit.
};

struct Part10 {
  // As the file meta information states it; where it states none, the native syntax that the data set is in.
  std::string TransferSyntaxUID;
  bool explicit_vr = true;  // How the data set is in fact encoded.
  bool big_endian = false;
  std::shared_ptr<const std::string> data;  // The file, or its inflated data set.
  Extent header;                            // The data set up to its first element of group 7FE0.
  PixelData pixel_data;
};

// Accepts, besides what PS3.10 demands: files without preamble, without file meta information (the data set must then
// begin with a group up to 0008), with wrong group lengths, with Explicit VR where the transfer syntax says Implicit
// and the other way round, and encapsulated pixel data without the closing delimiter. Elements after the pixel data are
// not looked at. kBadInstance for what is no DICOM file, breaks off or contradicts itself; kTooLarge over `limits`.
absl::StatusOr<Part10> ScanPart10(std::shared_ptr<const std::string> file, const Limits& limits);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_PART10_H_
