#include "service/dicomweb/rewrite_uris.h"

#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kRoot = "http://pacs:8042/pacs/dicom-web";
constexpr absl::string_view kBase = "https://v/dicom-web";

TEST(RewriteUris, LeadsToThePublicBase) {
  const struct {
    const char* json;
    const char* expected;
  } cases[] = {
      {R"([{"00420011":{"vr":"OB","BulkDataURI":"http://pacs:8042/pacs/dicom-web/studies/1/series/2/bulk/00420011"}}])",
       R"([{"00420011":{"vr":"OB","BulkDataURI":"https://v/dicom-web/studies/1/series/2/bulk/00420011"}}])"},
      // Another host, as a server behind a proxy knows itself; a path cut by the proxy; white space; escaped slashes.
      {R"({"a":{"BulkDataURI" : "http://localhost:8042/dicom-web/studies/1"}})",
       R"({"a":{"BulkDataURI" : "https://v/dicom-web/studies/1"}})"},
      {R"({"a":{"BulkDataURI":"http:\/\/pacs:8042\/pacs\/dicom-web\/studies\/1"}})",
       R"({"a":{"BulkDataURI":"https://v/dicom-web/studies/1"}})"},
      {R"({"00081190":{"vr":"UR","Value":["http://x/dicom-web/studies/1","http://x/dicom-web/studies/2"]},"b":["http://x/dicom-web/studies/1"]})",
       R"({"00081190":{"vr":"UR","Value":["https://v/dicom-web/studies/1","https://v/dicom-web/studies/2"]},"b":["http://x/dicom-web/studies/1"]})"},
      // Other places, other attributes, and what only looks like a key.
      {R"({"a":{"BulkDataURI":"https://store/bucket/studies/1"}})",
       R"({"a":{"BulkDataURI":"https://store/bucket/studies/1"}})"},
      {R"({"a":{"BulkDataURI":"../bulk/1"}})", R"({"a":{"BulkDataURI":"../bulk/1"}})"},
      {R"({"00081030":{"Value":["http://x/dicom-web/studies/1 BulkDataURI"]}})",
       R"({"00081030":{"Value":["http://x/dicom-web/studies/1 BulkDataURI"]}})"},
      {R"({"a":{"Value":["say \"BulkDataURI\":","http://x/dicom-web/studies/1"]}})",
       R"({"a":{"Value":["say \"BulkDataURI\":","http://x/dicom-web/studies/1"]}})"},
      {R"({"BulkDataURI":"http://x/dicom-web/studies/1)", R"({"BulkDataURI":"https://v/dicom-web/studies/1)"},
      {R"({"BulkDataURI":"\)", R"({"BulkDataURI":"\)"},
      {"[]", "[]"},
  };
  for (const auto& c : cases) EXPECT_EQ(RewriteUris(c.json, kRoot, kBase), c.expected);
}

TEST(RewriteUris, KnowsOurOwnArchivesByTheirRelativeUris) {
  EXPECT_EQ(
      RewriteUris(R"({"a":{"BulkDataURI":"/studies/1/x"},"00081190":{"vr":"UR","Value":["/studies/1"]}})", "", kBase),
      R"({"a":{"BulkDataURI":"https://v/dicom-web/studies/1/x"},"00081190":{"vr":"UR","Value":["https://v/dicom-web/studies/1"]}})");
  EXPECT_EQ(RewriteUris(R"({"a":{"BulkDataURI":"http://x/studies/1"}})", "", kBase),
            R"({"a":{"BulkDataURI":"http://x/studies/1"}})");
}

TEST(RewriteUris, ARootAtTheTopOfAHostIsAPathToo) {
  EXPECT_EQ(RewriteUris(R"({"a":{"BulkDataURI":"http://x/studies/1"}})", "http://pacs", kBase),
            R"({"a":{"BulkDataURI":"https://v/dicom-web/studies/1"}})");
}

}  // namespace
}  // namespace vitrine::service
