#include "dicom/lut.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace vitrine::dicom {
namespace {

constexpr int kMaxEntryBits = 16;

}  // namespace

std::optional<LutDescriptor> ReadLutDescriptor(const Item& item, Tag tag, bool signed_first) {
  const std::optional<int64_t> count = item.Int(tag, 0);
  const std::optional<int64_t> first = item.Int(tag, 1);
  const std::optional<int64_t> bits = item.Int(tag, 2);
  if (!count || !first || !bits) return std::nullopt;
  LutDescriptor descriptor;
  const auto stated_count = static_cast<uint16_t>(*count);
  descriptor.count = stated_count == 0 ? 65536 : stated_count;
  descriptor.first = signed_first ? static_cast<int16_t>(*first) : static_cast<uint16_t>(*first);
  descriptor.bits = static_cast<uint16_t>(*bits);
  return descriptor;
}

std::vector<uint16_t> UnpackLutEntries(const std::vector<uint16_t>& words, const LutDescriptor& descriptor) {
  const size_t count = descriptor.count;
  if (descriptor.bits > 8 || words.size() >= count) {
    return {words.begin(), words.begin() + std::min(words.size(), count)};
  }
  std::vector<uint16_t> entries;
  entries.reserve(2 * words.size());
  for (const uint16_t word : words) {
    entries.push_back(word & 0xFF);
    entries.push_back(word >> 8);
  }
  entries.resize(std::min(entries.size(), count));
  return entries;
}

int LutEntryBits(absl::Span<const uint16_t> entries, int stated_bits) {
  const uint16_t largest = *std::max_element(entries.begin(), entries.end());
  const int needed = std::max<int>(1, std::bit_width(largest));
  if (stated_bits >= needed && stated_bits <= kMaxEntryBits) return stated_bits;
  return needed <= 8 ? 8 : kMaxEntryBits;
}

std::shared_ptr<const image::Lut> ReadLut(const Item& item, bool signed_first) {
  const std::optional<LutDescriptor> descriptor = ReadLutDescriptor(item, tags::LUTDescriptor, signed_first);
  if (!descriptor) return nullptr;
  std::vector<uint16_t> entries = UnpackLutEntries(item.Words(tags::LUTData), *descriptor);
  if (entries.empty()) return nullptr;
  const int bits = LutEntryBits(entries, descriptor->bits);
  return std::make_shared<const image::Lut>(image::Lut{descriptor->first, bits, std::move(entries)});
}

}  // namespace vitrine::dicom
