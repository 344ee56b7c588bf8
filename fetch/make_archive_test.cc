#include "fetch/make_archive.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::fetch {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

TEST(MakeArchiveTest, KnowsEveryKind) {
  EXPECT_THAT(MakeArchive("demo:", {}), IsOk());
  EXPECT_THAT(MakeArchive("http://127.0.0.1:1/dicom-web", {}), IsOk());
  EXPECT_THAT(MakeArchive("HTTPS://user:pw@pacs/dicom-web/", {}), IsOk());
  EXPECT_THAT(MakeArchive(absl::StrCat("dir:", ::testing::TempDir()), {}), IsOk());
}

TEST(MakeArchiveTest, RefusesOtherThings) {
  for (const char* url :
       {"", "demo", "/some/path", "ftp://user:secret@host/", "dir:", "dir:/no/such/folder", "http://"}) {
    const auto archive = MakeArchive(url, {});
    ASSERT_FALSE(archive.ok()) << url;
    EXPECT_THAT(archive.status().ToString(), Not(HasSubstr("secret")));
  }
}

TEST(IsValidUidTest, FollowsPs359) {
  EXPECT_TRUE(IsValidUid("1"));
  EXPECT_TRUE(IsValidUid("1.2.840.10008.1.2"));
  EXPECT_TRUE(IsValidUid("1.02"));  // Not allowed, but met.
  EXPECT_TRUE(IsValidUid(std::string(64, '1')));
  for (const char* uid : {"", ".1", "1.", "1..2", "1.a", "1/2", "1.2 ", "..", "1.2\n"})
    EXPECT_FALSE(IsValidUid(uid)) << uid;
  EXPECT_FALSE(IsValidUid(std::string(65, '1')));
}

}  // namespace
}  // namespace vitrine::fetch
