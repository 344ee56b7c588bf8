#include "dicom/fragments.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "dicom/byte_order.h"

namespace vitrine::dicom {
namespace {

constexpr absl::string_view kEndMarker = "\xFF\xD9";  // EOI of JPEG and JPEG-LS, EOC of JPEG 2000.
constexpr size_t kMaxPaddingAfterEndMarker = 10;

using Fragments = std::vector<uint32_t>;

uint64_t ReadOffset(absl::string_view table, size_t index, size_t size) {
  const char* const at = table.data() + index * size;
  const uint64_t low = ReadUint32(at, false);
  return size == 4 ? low : uint64_t{ReadUint32(at + 4, false)} << 32 | low;
}

// Empty where the table does not fit.
Fragments FromTable(absl::string_view table, size_t offset_size, const std::vector<Extent>& fragments, int frames) {
  if (table.size() / offset_size != static_cast<size_t>(frames)) return {};
  const uint64_t origin = fragments.front().offset;
  Fragments first;
  first.reserve(frames + 1);
  auto fragment = fragments.begin();
  for (int frame = 0; frame < frames; ++frame) {
    const uint64_t offset = ReadOffset(table, frame, offset_size);
    if (frame > 0) ++fragment;
    fragment = std::lower_bound(fragment, fragments.end(), offset,
                                [&](const Extent& extent, uint64_t value) { return extent.offset - origin < value; });
    const bool lands = fragment != fragments.end() && fragment->offset - origin == offset;
    if (!lands || (frame == 0 && fragment != fragments.begin())) return {};
    first.push_back(fragment - fragments.begin());
    if (fragment + 1 == fragments.end() && frame + 1 < frames) return {};
  }
  first.push_back(fragments.size());
  return first;
}

bool StartsCodestream(absl::string_view fragment) {
  // JPEG and JPEG-LS (SOI), JPEG 2000 (SOC, SIZ; JP2 box).
  static constexpr absl::string_view kSignatures[] = {
      {"\xFF\xD8\xFF", 3}, {"\xFF\x4F\xFF\x51", 4}, {"\0\0\0\x0CjP", 6}};
  return std::any_of(std::begin(kSignatures), std::end(kSignatures),
                     [fragment](absl::string_view signature) { return absl::StartsWith(fragment, signature); });
}

bool EndsCodestream(absl::string_view fragment) {
  const size_t tail = kEndMarker.size() + kMaxPaddingAfterEndMarker;
  return absl::StrContains(fragment.substr(fragment.size() - std::min(fragment.size(), tail)), kEndMarker);
}

Fragments FromCodestreams(absl::string_view data, const std::vector<Extent>& fragments, int frames) {
  Fragments first;
  bool ended = true;
  for (size_t i = 0; i < fragments.size(); ++i) {
    const absl::string_view fragment = Slice(data, fragments[i]);
    if (fragment.empty()) continue;
    if (ended && StartsCodestream(fragment)) first.push_back(i);
    if (first.empty()) return {};
    ended = EndsCodestream(fragment);
  }
  if (first.size() != static_cast<size_t>(frames)) return {};
  first.push_back(fragments.size());
  return first;
}

// One fragment a frame; empty fragments do not count.
Fragments OneEach(const std::vector<Extent>& fragments, int frames) {
  Fragments first;
  for (size_t i = 0; i < fragments.size(); ++i) {
    if (fragments[i].length > 0) first.push_back(i);
  }
  if (first.size() != static_cast<size_t>(frames)) return {};
  first.push_back(fragments.size());
  return first;
}

}  // namespace

absl::StatusOr<std::vector<uint32_t>> FirstFragments(absl::string_view data, const PixelData& pixel_data, int frames) {
  const std::vector<Extent>& fragments = pixel_data.fragments;
  if (fragments.size() < static_cast<size_t>(frames)) {
    return MakeError(ErrorCategory::kBadInstance, "The image has fewer frames than its Number of Frames says",
                     absl::StrCat(fragments.size(), " fragments, ", frames, " frames"));
  }
  if (frames == 1) return Fragments{0, static_cast<uint32_t>(fragments.size())};
  Fragments first = FromTable(Slice(data, pixel_data.extended_offset_table), 8, fragments, frames);
  if (first.empty()) first = FromTable(Slice(data, pixel_data.basic_offset_table), 4, fragments, frames);
  if (first.empty()) first = OneEach(fragments, frames);
  if (first.empty()) first = FromCodestreams(data, fragments, frames);
  if (!first.empty()) return first;
  return MakeError(ErrorCategory::kBadInstance, "The image's pixel data cannot be divided into its frames",
                   absl::StrCat(fragments.size(), " fragments, ", frames, " frames, no valid offset table"));
}

absl::Span<const uint8_t> JoinFragments(absl::string_view data, absl::Span<const Extent> fragments,
                                        std::string* joined) {
  absl::string_view frame;
  if (fragments.size() == 1) {
    frame = Slice(data, fragments.front());
  } else {
    size_t size = 0;
    for (const Extent& fragment : fragments) size += fragment.length;
    joined->reserve(size);
    for (const Extent& fragment : fragments) {
      const absl::string_view bytes = Slice(data, fragment);
      joined->append(bytes.data(), bytes.size());
    }
    frame = *joined;
  }
  return {reinterpret_cast<const uint8_t*>(frame.data()), frame.size()};
}

}  // namespace vitrine::dicom
