#ifndef VITRINE_DICOM_DATASET_H_
#define VITRINE_DICOM_DATASET_H_

// The header of a DICOM object, parsed by DCMTK, behind typed accessors that forgive a wrong VR: a number is found
// whether it was written as US, UL, SL, IS, DS or UN. DCMTK's headers stay in the .cc files.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
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
  // By tag; for the data set itself, which hostile files fill with elements that a search would walk through.
  using Index = absl::flat_hash_map<uint32_t, DcmElement*>;

  explicit Item(DcmItem* item, const Index* index = nullptr) : item_(item), index_(index) {}

  // Whether the attribute is there and has a value.
  bool Has(Tag tag) const;

  // Text: the first value, without padding, or "". Bytes as they are in the file, whatever the character set. Lists of
  // text and numbers end after kMaxValues: no attribute that rendering reads has more.
  static constexpr size_t kMaxValues = 1 << 12;
  std::string String(Tag tag) const;
  std::vector<std::string> Strings(Tag tag) const;

  // Numbers: nullopt for one that is missing, not a number or not finite. A Double that is no integer is no Int.
  std::optional<int64_t> Int(Tag tag, int index = 0) const;
  std::optional<double> Double(Tag tag, int index = 0) const;
  std::vector<std::optional<double>> Doubles(Tag tag) const;

  // Lookup table data (US, SS, OW, OB or UN) as 16-bit words in native byte order; of OB and UN, pairs of bytes with
  // the low one first, an odd one at the end alone in its word. At most kMaxWords: twice what any table can hold.
  static constexpr size_t kMaxWords = 1 << 17;
  std::vector<uint16_t> Words(Tag tag) const;

  // Items of a sequence; empty where the attribute is missing, empty or no sequence.
  std::vector<Item> Items(Tag tag) const;
  std::optional<Item> FirstItem(Tag tag) const;

 private:
  DcmElement* Find(Tag tag) const;

  DcmItem* item_;
  const Index* index_;
};

// Movable.
class Dataset {
 public:
  // Parses the header of `part10`, whose structure the scanner has verified: DCMTK's recursion is bounded by that.
  // kBadInstance where DCMTK refuses it.
  static absl::StatusOr<Dataset> Parse(const Part10& part10);

  Item root() const;
  // DCMTK's own. Once it is changed, root() and its items are not to be used any more.
  DcmDataset& dcmtk() { return *dataset_; }

 private:
  struct Deleter {
    void operator()(DcmDataset* dataset) const;
  };

  explicit Dataset(std::unique_ptr<DcmDataset, Deleter> dataset);

  std::unique_ptr<DcmDataset, Deleter> dataset_;
  std::unique_ptr<const Item::Index> index_;
};

// The PS3.6 keyword of a UID ("CTImageStorage"), or the UID itself where it is not registered.
std::string UidKeyword(const std::string& uid);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_DATASET_H_
