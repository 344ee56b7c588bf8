#include "dicom/palette.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/lut.h"

namespace vitrine::dicom {
namespace {

struct ChannelTags {
  Tag descriptor;
  Tag data;
  Tag segmented;
};

constexpr ChannelTags kChannels[] = {
    {tags::RedPaletteColorLookupTableDescriptor, tags::RedPaletteColorLookupTableData,
     tags::SegmentedRedPaletteColorLookupTableData},
    {tags::GreenPaletteColorLookupTableDescriptor, tags::GreenPaletteColorLookupTableData,
     tags::SegmentedGreenPaletteColorLookupTableData},
    {tags::BluePaletteColorLookupTableDescriptor, tags::BluePaletteColorLookupTableData,
     tags::SegmentedBluePaletteColorLookupTableData},
};

// Segments need not produce entries: their number is bounded beside that of the entries.
constexpr int kMaxSegments = 1 << 17;

absl::Status Bad(absl::string_view detail) {
  return MakeError(ErrorCategory::kBadInstance, "The image's color palette is missing or damaged", detail);
}

// Executes the segments of one table.
class SegmentReader {
 public:
  SegmentReader(const std::vector<uint16_t>& units, size_t count, int bytes_per_unit)
      : units_(units), count_(count), bytes_per_unit_(bytes_per_unit) {}

  absl::StatusOr<std::vector<uint16_t>> Expand() && {
    // A single unit at the end is padding.
    for (size_t at = 0; at + 1 < units_.size() && entries_.size() < count_;) {
      VITRINE_ASSIGN_OR_RETURN(at, Segment(at, true));
    }
    return std::move(entries_);
  }

 private:
  enum Opcode { kDiscrete = 0, kLinear = 1, kIndirect = 2 };

  // Executes the segment at `at`; returns where the next one begins.
  absl::StatusOr<size_t> Segment(size_t at, bool may_be_indirect) {
    if (at + 2 > units_.size() || ++segments_ > kMaxSegments) return Bad("segmented palette: breaks off or is endless");
    const size_t length = units_[at + 1];
    switch (units_[at]) {
      case kDiscrete: return Discrete(at + 2, length);
      case kLinear: return Linear(at + 2, length);
      case kIndirect:
        if (may_be_indirect) return Indirect(at + 2, length);
        break;
    }
    return Bad(absl::StrCat("segmented palette: opcode ", units_[at]));
  }

  absl::StatusOr<size_t> Discrete(size_t at, size_t length) {
    if (length > units_.size() - at) return Bad("segmented palette: discrete segment breaks off");
    const size_t taken = std::min(length, count_ - entries_.size());
    entries_.insert(entries_.end(), units_.begin() + at, units_.begin() + at + taken);
    return at + length;
  }

  // From the last entry, which is not repeated, to the given one in equal steps.
  absl::StatusOr<size_t> Linear(size_t at, size_t length) {
    if (at >= units_.size() || entries_.empty()) return Bad("segmented palette: linear segment without its ends");
    const double from = entries_.back();
    const double step = length == 0 ? 0 : (units_[at] - from) / static_cast<double>(length);
    for (size_t i = 1; i <= length && entries_.size() < count_; ++i) {
      entries_.push_back(static_cast<uint16_t>(from + step * static_cast<double>(i) + 0.5));
    }
    return at + 1;
  }

  // `segments` of the table once more, from a byte offset in 32 bits, the least significant unit first.
  absl::StatusOr<size_t> Indirect(size_t at, size_t segments) {
    const size_t offset_units = 4 / bytes_per_unit_;
    if (offset_units > units_.size() - at) return Bad("segmented palette: indirect segment breaks off");
    uint64_t offset = 0;
    for (size_t i = 0; i < offset_units; ++i) offset |= uint64_t{units_[at + i]} << (8 * bytes_per_unit_ * i);
    size_t source = offset / bytes_per_unit_;
    for (size_t i = 0; i < segments && entries_.size() < count_; ++i) {
      VITRINE_ASSIGN_OR_RETURN(source, Segment(source, false));
    }
    return at + offset_units;
  }

  const std::vector<uint16_t>& units_;
  const size_t count_;
  const int bytes_per_unit_;
  int segments_ = 0;
  std::vector<uint16_t> entries_;
};

std::vector<uint16_t> SplitWords(const std::vector<uint16_t>& words) {
  std::vector<uint16_t> bytes;
  bytes.reserve(2 * words.size());
  for (const uint16_t word : words) {
    bytes.push_back(word & 0xFF);
    bytes.push_back(word >> 8);
  }
  return bytes;
}

absl::StatusOr<std::vector<uint16_t>> ReadSegmented(const Item& root, Tag tag, const LutDescriptor& descriptor) {
  const std::vector<uint16_t> words = root.Words(tag);
  if (descriptor.bits == 8) return ExpandSegments(SplitWords(words), descriptor.count, 1);
  return ExpandSegments(words, descriptor.count, 2);
}

}  // namespace

absl::StatusOr<std::vector<uint16_t>> ExpandSegments(const std::vector<uint16_t>& units, size_t count,
                                                     int bytes_per_unit) {
  return SegmentReader(units, count, bytes_per_unit).Expand();
}

absl::StatusOr<Palette> ReadPalette(const Item& root, bool signed_index) {
  Palette palette;
  palette.bits = 0;
  int bits_needed = 0;
  for (size_t i = 0; i < palette.channels.size(); ++i) {
    const ChannelTags& channel_tags = kChannels[i];
    Palette::Channel& channel = palette.channels[i];
    const std::optional<LutDescriptor> descriptor = ReadLutDescriptor(root, channel_tags.descriptor, signed_index);
    if (!descriptor) return Bad("descriptor");
    channel.first = descriptor->first;
    if (root.Has(channel_tags.data)) {
      channel.entries = UnpackLutEntries(root.Words(channel_tags.data), *descriptor);
    } else {
      VITRINE_ASSIGN_OR_RETURN(channel.entries, ReadSegmented(root, channel_tags.segmented, *descriptor));
    }
    if (channel.entries.empty()) return Bad("data");
    palette.bits = std::max(palette.bits, LutEntryBits(channel.entries, descriptor->bits));
    bits_needed = std::max(bits_needed, LutEntryBits(channel.entries, 0));
  }
  if (bits_needed == 8) palette.bits = 8;
  return palette;
}

}  // namespace vitrine::dicom
