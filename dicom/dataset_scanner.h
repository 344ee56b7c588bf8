#ifndef VITRINE_DICOM_DATASET_SCANNER_H_
#define VITRINE_DICOM_DATASET_SCANNER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dicom/element_header.h"
#include "dicom/limits.h"
#include "dicom/part10.h"

namespace vitrine::dicom {

// Walks through one data set, element by element, up to its pixel data. Keeps its own stack: hostile nesting cannot
// exhaust that of the thread.
class DatasetScanner {
 public:
  // The data set is `data` from `start` to its end. Refers to both arguments.
  DatasetScanner(absl::string_view data, uint64_t start, Encoding encoding, const Limits& limits);

  // As ScanPart10(). Call it once.
  absl::Status Scan();

  Extent header() const { return header_; }
  PixelData& pixel_data() { return pixel_data_; }

 private:
  // A sequence or one of its items; the data set itself is the lowest item.
  struct Level {
    uint64_t start;  // Of the value.
    uint64_t end;    // Of the value, or where the length is undefined, of what surrounds it.
    bool delimited;  // Undefined length: ends with a delimiter.
    bool sequence;
    // Implicit VR does not say which values are sequences: this one begins like one. Where that turns out to be wrong,
    // it is taken for plain bytes.
    bool guessed;
    Encoding encoding;
    uint32_t highest_tag = 0;  // So far, and the number of elements.
    uint64_t elements = 0;
  };

  absl::Status Step();
  absl::Status ReadItem(const ElementHeader& header);
  absl::Status ReadElement(const ElementHeader& header);
  absl::Status CheckOrder(uint32_t tag);
  absl::Status ReadPixelGroup(const ElementHeader& header);
  absl::Status ReadFragments(PixelData* pixel_data);
  absl::Status Open(Level level);
  absl::Status Close();
  bool SkipGuessedSequence();
  bool BeginsWithItem(uint64_t length, Encoding encoding) const;
  absl::Status Bad(absl::string_view what) const;

  const absl::string_view data_;
  const Limits& limits_;
  uint64_t position_;
  Extent header_;
  PixelData pixel_data_;
  bool in_pixel_group_ = false;
  bool done_ = false;
  int elements_ = 0;
  uint64_t disorder_ = 0;  // Elements that out-of-order ones have to be moved across, at most.
  int depth_ = 0;          // Of sequences.
  std::vector<Level> levels_;
};

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_DATASET_SCANNER_H_
