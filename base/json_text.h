#ifndef VITRINE_BASE_JSON_TEXT_H_
#define VITRINE_BASE_JSON_TEXT_H_

// Writing text as a JSON string (RFC 8259, section 7) when the text may be anything.

#include <string>

#include "absl/strings/string_view.h"

namespace vitrine {

// Appends `text` in quotation marks. What is not well-formed UTF-8 (Unicode 15, table 3-7) becomes U+FFFD, one for each
// byte; control characters, quotation marks and backslashes are escaped. The result is always valid UTF-8 on one line.
void AppendJsonString(absl::string_view text, std::string& json);

}  // namespace vitrine

#endif  // VITRINE_BASE_JSON_TEXT_H_
