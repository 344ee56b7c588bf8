#ifndef VITRINE_DICOM_DICOM_JSON_H_
#define VITRINE_DICOM_DICOM_JSON_H_

// The header of a PS3.10 file as DICOM JSON (PS3.18 F). Text is converted to UTF-8 and SpecificCharacterSet says so
// ("ISO_IR 192"); text that cannot be converted has U+FFFD in it. Group lengths and the file meta information are left
// out (PS3.18 F.2), Pixel Data and what follows it too.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/limits.h"

namespace vitrine::dicom {

struct JsonAttribute {
  uint32_t tag = 0;  // (group << 16) | element.
  std::string json;  // {"vr":"LO","Value":["x"]}
};

struct JsonHeader {
  std::string TransferSyntaxUID;
  std::vector<JsonAttribute> attributes;  // Ascending by tag.
};

// Reads the header from the first bytes of a file. nullopt: `bytes` begins like a DICOM file, and the header goes on
// past its end; come again with more. `complete`: there is no more. Binary values of more than
// `max_inline_binary_bytes` are left out. Numbers that JSON does not have (NaN, infinities) become null. kBadInstance
// for bytes that are not a PS3.10 file or break off, kTooLarge for a header over `limits`.
absl::StatusOr<std::optional<JsonHeader>> ReadJsonHeader(absl::string_view bytes, bool complete, const Limits& limits,
                                                         uint64_t max_inline_binary_bytes = 64 << 10);

// {"00080005":{...},...}
std::string JsonObject(const std::vector<JsonAttribute>& attributes);

// The attribute's JSON text, or null.
const JsonAttribute* FindAttribute(const std::vector<JsonAttribute>& attributes, uint32_t tag);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_DICOM_JSON_H_
