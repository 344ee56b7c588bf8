#include "dicom/dataset_scanner.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::dicom {
namespace {

constexpr uint32_t kExtendedOffsetTable = 0x7FE00001;
constexpr uint32_t kFloatPixelDataTag = 0x7FE00008;
constexpr uint32_t kDoubleFloatPixelDataTag = 0x7FE00009;
constexpr uint32_t kPixelDataTag = 0x7FE00010;

// Bytes that only look like a sequence still are one to a reader that knows the tag from its dictionary. Each level of
// such a sequence needs an item; with no more items than this, the reader's recursion stays shallow.
constexpr int kMaxItemsInPlainBytes = 256;

// PS3.5 7.1 demands ascending tags. Some writers err here and there, which costs little; DCMTK sorts by insertion and
// would spend quadratic time on a hostile data set.
constexpr uint64_t kMaxDisorder = 10'000'000;

PixelElement PixelElementOf(uint32_t tag) {
  switch (tag) {
    case kPixelDataTag: return PixelElement::kPixelData;
    case kFloatPixelDataTag: return PixelElement::kFloatPixelData;
    case kDoubleFloatPixelDataTag: return PixelElement::kDoubleFloatPixelData;
    default: return PixelElement::kNone;
  }
}

int CountItemTags(absl::string_view bytes) {
  int count = 0;
  for (const absl::string_view tag :
       {absl::string_view("\xFE\xFF\x00\xE0", 4), absl::string_view("\xFF\xFE\xE0\x00", 4)}) {
    for (size_t at = bytes.find(tag); at != absl::string_view::npos; at = bytes.find(tag, at + 1)) ++count;
  }
  return count;
}

}  // namespace

DatasetScanner::DatasetScanner(absl::string_view data, uint64_t start, Encoding encoding, const Limits& limits)
    : data_(data), limits_(limits), position_(start), header_{start, 0} {
  levels_.push_back({start, data.size(), false, false, false, encoding});
}

absl::Status DatasetScanner::Scan() {
  while (!done_) {
    const absl::Status status = Step();
    if (!status.ok() && (CategoryOf(status) == ErrorCategory::kTooLarge || !SkipGuessedSequence())) return status;
  }
  if (!in_pixel_group_) header_.length = position_ - header_.offset;
  if (header_.length > limits_.max_header_bytes) {
    return MakeError(ErrorCategory::kTooLarge, "The DICOM header is larger than this service accepts",
                     absl::StrCat(header_.length, " bytes, limit ", limits_.max_header_bytes));
  }
  return absl::OkStatus();
}

absl::Status DatasetScanner::Step() {
  const Level level = levels_.back();
  if (position_ == level.end && !level.delimited) return Close();
  const std::optional<ElementHeader> header =
      ReadElementHeader(data_.substr(position_, level.end - position_), level.encoding);
  if (!header) {
    // Nothing can follow the data set: fewer bytes than a header has are padding.
    if (levels_.size() == 1) return Close();
    return Bad("ends inside an element");
  }
  if (++elements_ > limits_.max_elements) {
    return MakeError(ErrorCategory::kTooLarge, "The DICOM header has more elements than this service accepts",
                     absl::StrCat("limit ", limits_.max_elements));
  }
  const bool fits = header->length <= level.end - position_ - header->size;
  if (header->length != kUndefinedLength && !fits) return Bad("an element is longer than what holds it");
  position_ += header->size;
  return level.sequence ? ReadItem(*header) : ReadElement(*header);
}

absl::Status DatasetScanner::ReadItem(const ElementHeader& header) {
  const Level level = levels_.back();
  if (header.tag == kItem) {
    const bool delimited = header.length == kUndefinedLength;
    return Open(
        {position_, delimited ? level.end : position_ + header.length, delimited, false, false, level.encoding});
  }
  if (header.tag == kSequenceDelimitation && level.delimited) return Close();
  return Bad("a sequence holds something else than items");
}

absl::Status DatasetScanner::ReadElement(const ElementHeader& header) {
  const Level level = levels_.back();
  const bool undefined = header.length == kUndefinedLength;
  if (header.tag == kItemDelimitation && level.delimited) return Close();
  if (header.tag >> 16 == kItem >> 16) return Bad("an item or a delimiter out of place");
  VITRINE_RETURN_IF_ERROR(CheckOrder(header.tag));
  if (levels_.size() == 1 && header.tag >> 16 == kPixelDataTag >> 16) return ReadPixelGroup(header);
  if (header.tag == kPixelDataTag && undefined) return ReadFragments(nullptr);

  // Values of VR UN and undefined length are in Implicit VR Little Endian whatever surrounds them (PS3.5 6.2.2).
  const Encoding encoding = header.Is("UN") ? Encoding{false, false} : level.encoding;
  if (undefined) {
    if (level.encoding.explicit_vr && !header.Is("SQ") && !header.Is("UN")) return Bad("a value of undefined length");
    return Open({position_, level.end, true, true, false, encoding});
  }
  const uint64_t end = position_ + header.length;
  if (header.Is("SQ")) return Open({position_, end, false, true, false, encoding});
  if (!level.encoding.explicit_vr && BeginsWithItem(header.length, encoding)) {
    return Open({position_, end, false, true, true, encoding});
  }
  position_ = end;
  return absl::OkStatus();
}

absl::Status DatasetScanner::CheckOrder(uint32_t tag) {
  Level& level = levels_.back();
  if (tag <= level.highest_tag) disorder_ += level.elements;
  level.highest_tag = std::max(level.highest_tag, tag);
  ++level.elements;
  return disorder_ <= kMaxDisorder ? absl::OkStatus() : Bad("the elements are not in order");
}

absl::Status DatasetScanner::ReadPixelGroup(const ElementHeader& header) {
  if (!in_pixel_group_) header_.length = position_ - header.size - header_.offset;
  in_pixel_group_ = true;
  const PixelElement element = PixelElementOf(header.tag);
  const bool undefined = header.length == kUndefinedLength;
  if (undefined && element != PixelElement::kPixelData) return Bad("a value of undefined length");
  const Extent value = {position_, header.length};
  if (!undefined) position_ += header.length;
  if (header.tag == kExtendedOffsetTable) pixel_data_.extended_offset_table = value;
  if (element == PixelElement::kNone) return absl::OkStatus();

  pixel_data_.element = element;
  pixel_data_.is_ow = header.Is("OW") || !levels_.back().encoding.explicit_vr;
  pixel_data_.encapsulated = undefined;
  done_ = true;
  if (undefined) return ReadFragments(&pixel_data_);
  pixel_data_.value = value;
  return absl::OkStatus();
}

absl::Status DatasetScanner::ReadFragments(PixelData* pixel_data) {
  const Level level = levels_.back();
  for (int items = 0;; ++items) {  // The first one is the Basic Offset Table.
    const std::optional<ElementHeader> header =
        ReadElementHeader(data_.substr(position_, level.end - position_), level.encoding);
    if (!header) {
      const bool only_delimiter_is_missing = levels_.size() == 1 && items > 0 && position_ == level.end;
      return only_delimiter_is_missing ? absl::OkStatus() : Bad("ends inside the pixel data");
    }
    position_ += header->size;
    if (header->tag == kSequenceDelimitation) return absl::OkStatus();
    if (header->tag != kItem) return Bad("encapsulated pixel data hold something else than items");
    if (items > limits_.max_fragments) {
      return MakeError(ErrorCategory::kTooLarge, "The pixel data are in more fragments than this service accepts",
                       absl::StrCat("limit ", limits_.max_fragments));
    }
    if (header->length > level.end - position_) return Bad("a fragment of the pixel data is incomplete");
    const Extent item = {position_, header->length};
    position_ += header->length;
    if (pixel_data != nullptr) {
      if (items == 0) {
        pixel_data->basic_offset_table = item;
      } else {
        pixel_data->fragments.push_back(item);
      }
    }
  }
}

absl::Status DatasetScanner::Open(Level level) {
  if (level.sequence && ++depth_ > limits_.max_nesting_depth) {
    return MakeError(ErrorCategory::kTooLarge, "The DICOM header nests sequences deeper than this service accepts",
                     absl::StrCat("limit ", limits_.max_nesting_depth));
  }
  levels_.push_back(level);
  return absl::OkStatus();
}

absl::Status DatasetScanner::Close() {
  if (levels_.back().sequence) --depth_;
  levels_.pop_back();
  done_ = levels_.empty();
  return absl::OkStatus();
}

bool DatasetScanner::SkipGuessedSequence() {
  const auto guessed = std::find_if(levels_.rbegin(), levels_.rend(), [](const Level& level) { return level.guessed; });
  if (guessed == levels_.rend()) return false;
  const size_t kept = levels_.rend() - guessed - 1;
  const uint64_t end = guessed->end;
  if (CountItemTags(data_.substr(guessed->start, end - guessed->start)) > kMaxItemsInPlainBytes) return false;
  while (levels_.size() > kept) {
    if (levels_.back().sequence) --depth_;
    levels_.pop_back();
  }
  position_ = end;
  return true;
}

bool DatasetScanner::BeginsWithItem(uint64_t length, Encoding encoding) const {
  if (length < 8) return false;
  const std::optional<ElementHeader> item = ReadElementHeader(data_.substr(position_, length), encoding);
  return item && item->tag == kItem;
}

absl::Status DatasetScanner::Bad(absl::string_view what) const {
  return MakeError(ErrorCategory::kBadInstance, "The DICOM file is damaged or incomplete",
                   absl::StrFormat("byte %d: %s", position_, what));
}

}  // namespace vitrine::dicom
