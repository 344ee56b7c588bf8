#include "dicom/partial_header.h"

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::dicom {
namespace {

constexpr size_t kMetaStart = 132;  // Preamble and "DICM".

// Where the first element of group 7FE0 may stand at `from` or later: elements 0001, 0008, 0009 and 0010 are looked for
// in both byte orders. npos where there is none.
size_t FindPixelGroup(absl::string_view bytes, size_t from) {
  for (size_t at = from; at + 4 <= bytes.size(); ++at) {
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[at + i]); };
    const bool little = byte(0) == 0xE0 && byte(1) == 0x7F && byte(3) == 0;
    const bool big = byte(0) == 0x7F && byte(1) == 0xE0 && byte(2) == 0;
    const uint8_t element = little ? byte(2) : byte(3);
    if ((little || big) && (element == 1 || element == 8 || element == 9 || element == 0x10)) return at;
  }
  return absl::string_view::npos;
}

// The scanner wants whole files. A file cut off before its pixel data is one; cut off anywhere else, such as at bytes
// of a value that look like the pixel data's tag, it is not, and the scanner says so.
absl::StatusOr<std::optional<Part10>> ScanHeader(absl::string_view bytes, bool complete, const Limits& limits) {
  constexpr int kMaxTries = 16;
  size_t cut = FindPixelGroup(bytes, kMetaStart);
  for (int i = 0; i < kMaxTries && cut != absl::string_view::npos; ++i, cut = FindPixelGroup(bytes, cut + 1)) {
    absl::StatusOr<Part10> part10 = ScanPart10(std::make_shared<const std::string>(bytes.substr(0, cut)), limits);
    if (part10.ok()) return *std::move(part10);
    if (CategoryOf(part10.status()) == ErrorCategory::kTooLarge) return part10.status();
  }
  if (!complete) return std::nullopt;
  VITRINE_ASSIGN_OR_RETURN(Part10 part10, ScanPart10(std::make_shared<const std::string>(bytes), limits));
  return part10;
}

}  // namespace

absl::StatusOr<std::optional<Part10>> ScanPartialHeader(absl::string_view bytes, bool complete, const Limits& limits) {
  if (bytes.size() < kMetaStart && !complete) return std::nullopt;
  if (bytes.size() < kMetaStart || bytes.substr(kMetaStart - 4, 4) != "DICM")
    return MakeError(ErrorCategory::kBadInstance, "the object is not a DICOM file");
  VITRINE_ASSIGN_OR_RETURN(std::optional<Part10> part10, ScanHeader(bytes, complete, limits));
  if (part10.has_value() || bytes.size() < limits.max_header_bytes) return part10;
  return MakeError(ErrorCategory::kTooLarge, "the DICOM object's header is too large");
}

}  // namespace vitrine::dicom
