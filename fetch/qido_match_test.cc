#include "fetch/qido_match.h"

#include "gtest/gtest.h"

namespace vitrine::fetch {
namespace {

TEST(WildcardMatchTest, FollowsPs34C2224) {
  EXPECT_TRUE(WildcardMatch("", ""));
  EXPECT_FALSE(WildcardMatch("", "a"));
  EXPECT_TRUE(WildcardMatch("*", ""));
  EXPECT_TRUE(WildcardMatch("a*c", "abbc"));
  EXPECT_TRUE(WildcardMatch("*b*b*", "abbc"));
  EXPECT_FALSE(WildcardMatch("a?c", "ac"));
  EXPECT_TRUE(WildcardMatch("a?c",
                            "a\xC3\xA4"
                            "c"));  // One character of two bytes.
  EXPECT_FALSE(WildcardMatch("a*d", "abc"));
  EXPECT_FALSE(WildcardMatch("abc", "ABC"));
}

TEST(WildcardMatchTest, StarsDoNotBlowUp) {
  const std::string pattern = "*a*a*a*a*a*a*a*a*a*a*a*a*b";
  EXPECT_FALSE(WildcardMatch(pattern, std::string(20'000, 'a')));
}

struct Case {
  const char* vr;
  const char* key;
  const char* value;
  bool matches;
};

class MatchesKeyTest : public ::testing::TestWithParam<Case> {};

TEST_P(MatchesKeyTest, AgreesWithPs34C22) {
  EXPECT_EQ(KeyProblem(GetParam().vr, GetParam().key), "");
  EXPECT_EQ(MatchesKey(GetParam().vr, GetParam().key, GetParam().value), GetParam().matches)
      << GetParam().vr << " " << GetParam().key << " " << GetParam().value;
}

INSTANTIATE_TEST_SUITE_P(Table, MatchesKeyTest,
                         ::testing::ValuesIn(std::initializer_list<Case>{
                             {"UI", "1.2.3", "1.2.3", true},
                             {"UI", "1.2.3", "1.2.30", false},
                             {"UI", "1.2,1.3", "1.3", true},
                             {"UI", "1.2\\1.3", "1.2", true},
                             {"CS", "CT,MR", "MR", true},
                             {"CS", "C*", "CT", true},
                             {"CS", "ct", "CT", false},
                             {"LO", "*chest*", "CT chest thin", true},
                             {"LO", "Chest", "chest", false},
                             {"LO", "a,b", "a", false},
                             {"PN", "demo^ct", "DEMO^CT", true},
                             {"PN", "demo", "DEMO^CT", false},
                             {"PN", "demo*", "DEMO^CT", true},
                             {"PN", "demo^ct^^", "DEMO^CT", true},
                             {"DA", "20260105", "20260105", true},
                             {"DA", "20260105", "20260106", false},
                             {"DA", "20260101-20260131", "20260131", true},
                             {"DA", "20260101-20260131", "20260201", false},
                             {"DA", "-20260131", "19991231", true},
                             {"DA", "20260101-", "20260101", true},
                             {"DA", "20260101-", "20251231", false},
                             {"DA", "20260105", "2026.01.05", true},
                             {"DA", "20260101-20260131", "", false},
                             {"TM", "10", "105959.999", true},
                             {"TM", "1000-1015", "101559.5", true},
                             {"TM", "1000-1015", "101600", false},
                             {"TM", "101500", "10:15:00", true},
                             {"DT", "20260105", "20260105101500", true},
                             {"DT", "20260105-20260106", "20260106235959", true},
                             {"DT", "20260105101500-0500", "20260105101500-0500", true},
                             {"IS", "7", "007", true},
                             {"IS", "7", "8", false},
                             {"DS", "1.50", "1.5", true},
                             {"US", "512", "512", true},
                         }));

TEST(KeyProblemTest, NamesWhatCannotBeMeant) {
  EXPECT_NE(KeyProblem("UI", "1..2"), "");
  EXPECT_NE(KeyProblem("UI", "1.2*"), "");
  EXPECT_NE(KeyProblem("DA", "yesterday"), "");
  EXPECT_NE(KeyProblem("DA", "2026"), "");
  EXPECT_NE(KeyProblem("DA", "-"), "");
  EXPECT_NE(KeyProblem("TM", "1"), "");
  EXPECT_NE(KeyProblem("IS", "many"), "");
  EXPECT_NE(KeyProblem("US", "nan"), "");
  EXPECT_EQ(KeyProblem("LO", "anything * goes"), "");
}

}  // namespace
}  // namespace vitrine::fetch
