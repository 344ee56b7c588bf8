#ifndef VITRINE_DICOM_DICOM_JSON_H_
#define VITRINE_DICOM_DICOM_JSON_H_

// The header of a PS3.10 file as DICOM JSON (PS3.18 F). Text is converted to UTF-8, and SpecificCharacterSet says so
// ("ISO_IR 192"). Bytes of text that cannot be converted become U+FFFD; the escape sequences of ISO 2022 IR 13, 87 and
// 159 (Japanese), which DCMTK does not know here, stay as they are. Group lengths and the file meta information are
// left out (PS3.18 F.2), group 7FE0 with the pixel data and what follows it too.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/limits.h"

namespace vitrine::dicom {

// What a value may have without being left out, where nothing else is said.
constexpr uint64_t kMaxValueBytes = 64 << 10;

struct JsonAttribute {
  uint32_t tag = 0;  // (group << 16) | element.
  std::string json;  // {"vr":"LO","Value":["x"]}
};

struct JsonHeader {
  std::string TransferSyntaxUID;
  std::vector<JsonAttribute> attributes;  // Ascending by tag.
};

// Reads the header from the first bytes of a file. nullopt: the header may go on past the end of `bytes`; come again
// with more. `complete`: there is no more. Values of more than `max_value_bytes` are left out, sequences are not
// counted. Numbers that JSON does not have (NaN, infinities) become null. kBadInstance for bytes that are not a PS3.10
// file, break off or contradict themselves, kTooLarge over `limits`; lengths and nesting are checked before DCMTK reads
// them.
//
// Unless `bulk_data_uri` is "", a value that would be left out becomes a BulkDataURI: that text and the attribute's
// path, as ReadBulkData() takes it.
absl::StatusOr<std::optional<JsonHeader>> ReadJsonHeader(absl::string_view bytes, bool complete, const Limits& limits,
                                                         uint64_t max_value_bytes = kMaxValueBytes,
                                                         absl::string_view bulk_data_uri = {});

// {"00080005":{...},...}
std::string JsonObject(const std::vector<JsonAttribute>& attributes);

// The attribute's JSON text, or null.
const JsonAttribute* FindAttribute(const std::vector<JsonAttribute>& attributes, uint32_t tag);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_DICOM_JSON_H_
