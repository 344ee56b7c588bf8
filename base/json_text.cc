#include "base/json_text.h"

#include <cstddef>
#include <cstdint>

namespace vitrine {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// Length of the well-formed multi-byte sequence that `text` begins with, or 0. Surrogates, overlong forms and values
// over U+10FFFF show in the range of the second byte.
size_t MultibyteLength(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  const size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                        : first >= 0xE0 && first <= 0xEF ? 3
                        : first >= 0xF0 && first <= 0xF4 ? 4
                                                         : 0;
  if (length == 0 || text.size() < length) return 0;
  const uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

void AppendEscaped(char c, std::string& json) {
  switch (c) {
    case '"': json += "\\\""; return;
    case '\\': json += "\\\\"; return;
    case '\n': json += "\\n"; return;
    case '\r': json += "\\r"; return;
    case '\t': json += "\\t"; return;
    default:
      json += "\\u00";
      json += kHex[static_cast<uint8_t>(c) >> 4];
      json += kHex[c & 15];
  }
}

bool NeedsEscape(char c) { return static_cast<uint8_t>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7F; }

}  // namespace

void AppendJsonString(absl::string_view text, std::string& json) {
  json += '"';
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<uint8_t>(c) >= 0x80) {
      const size_t length = MultibyteLength(text.substr(i));
      if (length == 0) {
        json += "\\ufffd";
        ++i;
      } else {
        json.append(text.data() + i, length);
        i += length;
      }
      continue;
    }
    if (NeedsEscape(c)) {
      AppendEscaped(c, json);
    } else {
      json += c;
    }
    ++i;
  }
  json += '"';
}

}  // namespace vitrine
