#include "dicom/part10.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/dataset_scanner.h"
#include "dicom/element_header.h"
#include "dicom/inflate.h"
#include "dicom/transfer_syntaxes.h"

namespace vitrine::dicom {
namespace {

// Deflated data sets whose pixel data stay on a JPIP server.
constexpr absl::string_view kJpipDeflated[] = {"1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"};

constexpr size_t kPreamble = 128;
constexpr absl::string_view kPrefix = "DICM";
constexpr uint32_t kMetaGroup = 0x0002;
constexpr uint32_t kTransferSyntaxUid = 0x00020010;
constexpr uint32_t kLastPlausibleFirstGroup = 0x0008;

absl::Status NotDicom() {
  return MakeError(ErrorCategory::kBadInstance, "The archive sent something else than a DICOM file");
}

struct MetaInformation {
  std::string transfer_syntax_uid;
  uint64_t end = 0;
};

std::string Trimmed(absl::string_view uid) {
  const size_t last = uid.find_last_not_of(absl::string_view(" \0", 2));
  return std::string(uid.substr(0, last == absl::string_view::npos ? 0 : last + 1));
}

// Group 0002 ends where another group begins: its group length is wrong in too many files.
absl::StatusOr<MetaInformation> ReadMetaInformation(absl::string_view file, uint64_t start) {
  MetaInformation meta = {"", start};
  while (true) {
    const absl::string_view rest = file.substr(meta.end);
    const Encoding encoding = {HasKnownVr(rest), false};
    const std::optional<ElementHeader> header = ReadElementHeader(rest, encoding);
    if (!header || header->tag >> 16 != kMetaGroup) return meta;
    if (header->length > rest.size() - header->size) {
      return MakeError(ErrorCategory::kBadInstance, "The DICOM file is damaged or incomplete",
                       "file meta information longer than the file");
    }
    if (header->tag == kTransferSyntaxUid)
      meta.transfer_syntax_uid = Trimmed(rest.substr(header->size, header->length));
    meta.end += header->size + header->length;
  }
}

// Where the file meta information, or without one the data set, begins.
uint64_t StartOf(absl::string_view file) {
  if (file.size() >= kPreamble && absl::StartsWith(file.substr(kPreamble), kPrefix)) return kPreamble + kPrefix.size();
  return absl::StartsWith(file, kPrefix) ? kPrefix.size() : 0;
}

// For a data set whose encoding nothing states. nullopt: `data` does not begin like a data set.
std::optional<Encoding> GuessEncoding(absl::string_view data) {
  const std::optional<ElementHeader> little = ReadElementHeader(data, {false, false});
  if (!little) return std::nullopt;
  const bool explicit_vr = HasKnownVr(data);
  const auto plausible = [](uint32_t tag) { return tag >> 16 <= kLastPlausibleFirstGroup && (tag & 0xFFFF) < 0x2000; };
  if (plausible(little->tag) && (explicit_vr || little->length <= data.size() - little->size)) {
    return Encoding{explicit_vr, false};
  }
  const std::optional<ElementHeader> big = ReadElementHeader(data, {true, true});
  if (explicit_vr && big && plausible(big->tag)) return Encoding{true, true};
  return std::nullopt;
}

absl::string_view NativeSyntax(Encoding encoding) {
  if (!encoding.explicit_vr) return kImplicitLittleEndian;
  return encoding.big_endian ? kExplicitBigEndian : kExplicitLittleEndian;
}

bool IsDeflated(absl::string_view uid) {
  return uid == kDeflatedLittleEndian ||
         std::find(std::begin(kJpipDeflated), std::end(kJpipDeflated), uid) != std::end(kJpipDeflated);
}

// What the transfer syntax says, unless the first element contradicts it.
Encoding StatedEncoding(absl::string_view uid, absl::string_view data) {
  const bool implicit = uid == kImplicitLittleEndian || uid == kImplicitGe;
  if (implicit) return {HasKnownVr(data), false};
  if (uid == kExplicitBigEndian) return {true, true};
  const std::optional<Encoding> guess = GuessEncoding(data);
  return {!guess || guess->explicit_vr, false};
}

}  // namespace

absl::StatusOr<Part10> ScanPart10(std::shared_ptr<const std::string> file, const Limits& limits) {
  VITRINE_ASSIGN_OR_RETURN(const MetaInformation meta, ReadMetaInformation(*file, StartOf(*file)));
  Part10 result;
  result.TransferSyntaxUID = meta.transfer_syntax_uid;
  uint64_t start = meta.end;
  if (IsDeflated(result.TransferSyntaxUID)) {
    VITRINE_ASSIGN_OR_RETURN(std::string inflated,
                             Inflate(absl::string_view(*file).substr(start), limits.max_inflated_bytes));
    file = std::make_shared<const std::string>(std::move(inflated));
    start = 0;
  }
  const absl::string_view data = *file;
  Encoding encoding;
  if (result.TransferSyntaxUID.empty()) {
    const std::optional<Encoding> guess = GuessEncoding(data.substr(start));
    if (!guess) return NotDicom();
    encoding = *guess;
    result.TransferSyntaxUID = std::string(NativeSyntax(encoding));
  } else {
    encoding = StatedEncoding(result.TransferSyntaxUID, data.substr(start));
  }
  DatasetScanner scanner(data, start, encoding, limits);
  VITRINE_RETURN_IF_ERROR(scanner.Scan());
  result.explicit_vr = encoding.explicit_vr;
  result.big_endian = encoding.big_endian;
  result.data = std::move(file);
  result.header = scanner.header();
  result.pixel_data = std::move(scanner.pixel_data());
  return result;
}

}  // namespace vitrine::dicom
