#include "service/virtual_series/derived_uid.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

TEST(DerivedUid, IsTheSameForTheSameNameAndAnotherForAnother) {
  std::set<std::string> uids;
  for (int i = 0; i < 1000; ++i) {
    const std::string uid = DerivedUid(absl::StrCat("name ", i));
    EXPECT_EQ(uid, DerivedUid(absl::StrCat("name ", i)));
    EXPECT_TRUE(absl::StartsWith(uid, "2.25.")) << uid;
    EXPECT_LE(uid.size(), 44);  // PS3.5 B.2: 2.25. and at most 39 digits.
    EXPECT_NE(uid[5], '0');
    EXPECT_TRUE(IsDerivedUid(uid));
    uids.insert(uid);
  }
  EXPECT_EQ(uids.size(), 1000);
}

TEST(DerivedUid, OthersAreNoneOfOurs) {
  for (const char* uid : {"", "2.25.", "2.25.1", "1.2.840.10008.1.2", "2.25.340282366920938463463374607431768211456",
                          "2.25.99999999999999999999999999999999999999999", "2.25.12x", "2.25.1.2",
                          // A random UUID of version 4.
                          "2.25.329800735698586629295641978511506172918"}) {
    EXPECT_FALSE(IsDerivedUid(uid)) << uid;
  }
  std::string changed = DerivedUid("name");
  changed.back() = changed.back() == '1' ? '2' : '1';
  EXPECT_FALSE(IsDerivedUid(changed));
}

}  // namespace
}  // namespace vitrine::service
