#ifndef VITRINE_DICOM_DATASET_H_
#define VITRINE_DICOM_DATASET_H_

// The header of a DICOM object, parsed by DCMTK, behind typed accessors that forgive a wrong VR: a number is found
// whether it was written as US, UL, SL, IS, DS or UN. DCMTK stays in dataset.cc.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "dicom/part10.h"
#include "dicom/tags.h"

class DcmDataset;
class DcmElement;
class DcmItem;

namespace vitrine::dicom {

// An item of a sequence, or the data set itself. A cheap reference; valid while its Dataset lives. Not thread-safe, not
// even for reading: DCMTK loads and converts values on first access.
class Item {
 public:
  explicit Item(DcmItem* item) : item_(item) {}

  // Whether the attribute is there and has a value.
  bool Has(Tag tag) const;

  // Text: the first value, without padding, or "". Bytes as they are in the file, whatever the character set.
  std::string String(Tag tag) const;
  std::vector<std::string> Strings(Tag tag) const;

  // Numbers: nullopt for one that is missing, not a number or not finite. A Double that is no integer is no Int.
  std::optional<int64_t> Int(Tag tag, int index = 0) const;
  std::optional<double> Double(Tag tag, int index = 0) const;
  std::vector<std::optional<double>> Doubles(Tag tag) const;

  // Lookup table data (US, SS, OW, OB or UN) as 16-bit words in native byte order; of OB and UN, pairs of bytes with
  // the low one first, an odd one at the end alone in its word.
  std::vector<uint16_t> Words(Tag tag) const;

  // Items of a sequence; empty where the attribute is missing, empty or no sequence.
  std::vector<Item> Items(Tag tag) const;
  std::optional<Item> FirstItem(Tag tag) const;

 private:
  DcmElement* Find(Tag tag) const;

  DcmItem* item_;
};

// Movable.
class Dataset {
 public:
  // Parses the header of `part10`, whose structure the scanner has verified: DCMTK's recursion is bounded by that.
  // kBadInstance where DCMTK refuses it.
  static absl::StatusOr<Dataset> Parse(const Part10& part10);

  Item root() const;

 private:
  struct Deleter {
    void operator()(DcmDataset* dataset) const;
  };

  explicit Dataset(std::unique_ptr<DcmDataset, Deleter> dataset) : dataset_(std::move(dataset)) {}

  std::unique_ptr<DcmDataset, Deleter> dataset_;
};

// The PS3.6 keyword of a UID ("CTImageStorage"), or the UID itself where it is not registered.
std::string UidKeyword(const std::string& uid);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_DATASET_H_
