#include "base/json_text.h"

#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace vitrine {
namespace {

std::string Json(absl::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return json;
}

TEST(JsonText, Escapes) {
  EXPECT_EQ(Json(""), "\"\"");
  EXPECT_EQ(Json("plain"), "\"plain\"");
  EXPECT_EQ(Json("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(Json("\n\r\t\x01\x1f\x7f"), "\"\\n\\r\\t\\u0001\\u001f\\u007f\"");
  EXPECT_EQ(Json(absl::string_view("\0x", 2)), "\"\\u0000x\"");
}

TEST(JsonText, KeepsUtf8) {
  EXPECT_EQ(Json("\xC3\xBC \xE2\x82\xAC \xF0\x9F\xA9\xBB"), "\"\xC3\xBC \xE2\x82\xAC \xF0\x9F\xA9\xBB\"");
  EXPECT_EQ(Json("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"), "\"\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\"");
}

TEST(JsonText, ReplacesEveryByteThatIsNotUtf8) {
  EXPECT_EQ(Json("M\xFCller"), "\"M\\ufffdller\"");              // Latin-1.
  EXPECT_EQ(Json("\x80"), "\"\\ufffd\"");                        // Continuation alone.
  EXPECT_EQ(Json("\xC0\xAF"), "\"\\ufffd\\ufffd\"");             // Overlong '/'.
  EXPECT_EQ(Json("\xE0\x80\xAF"), "\"\\ufffd\\ufffd\\ufffd\"");  // Overlong '/'.
  EXPECT_EQ(Json("\xED\xA0\x80"), "\"\\ufffd\\ufffd\\ufffd\"");  // Surrogate.
  EXPECT_EQ(Json("\xF4\x90\x80\x80").size(), 2 + 4 * 6u);        // Over U+10FFFF.
  EXPECT_EQ(Json("\xE2\x82"), "\"\\ufffd\\ufffd\"");             // Cut short.
  EXPECT_EQ(Json("\xE2\x82\"x"), "\"\\ufffd\\ufffd\\\"x\"");     // The quotation mark is not swallowed.
  EXPECT_EQ(Json("\xFF\xFE"), "\"\\ufffd\\ufffd\"");
}

// Another parser, which refuses invalid UTF-8, agrees for every pair of bytes.
TEST(JsonText, AlwaysParses) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      const nlohmann::json parsed = nlohmann::json::parse(Json(text), nullptr, false);
      ASSERT_TRUE(parsed.is_string()) << first << ' ' << second;
      if (first < 0x80 && second < 0x80) {
        ASSERT_EQ(parsed.get<std::string>(), text);
      }
    }
  }
}

}  // namespace
}  // namespace vitrine
