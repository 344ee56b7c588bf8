#ifndef VITRINE_DICOM_DICTIONARY_H_
#define VITRINE_DICOM_DICTIONARY_H_

// The data dictionary (PS3.6) by keyword.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace vitrine::dicom {

// Reads the dictionary, which the first use in the process does otherwise: 40 to 200 ms that no request should wait.
void LoadDictionary();

// The tag, as (group << 16) | element, that a keyword ("PatientID") or 8 hexadecimal digits ("00100020") name. A
// keyword of a repeating group ("OverlayRows") names its first tag. Thread-safe.
std::optional<uint32_t> TagOfKeyword(absl::string_view keyword);

// The dictionary's VR ("UI"), or "" where it does not know the tag. Where it leaves a choice (US or SS), the first one.
std::string VrOfTag(uint32_t tag);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_DICTIONARY_H_
