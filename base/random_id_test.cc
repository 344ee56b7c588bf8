#include "base/random_id.h"

#include <array>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace vitrine {
namespace {

TEST(RandomId, IsThirtyTwoLowerCaseHexDigits) {
  for (int i = 0; i < 100; ++i) {
    const std::string id = RandomId();
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  }
}

TEST(RandomId, NeverRepeatsAcrossThreads) {
  constexpr int kIds = 1000;
  std::vector<std::vector<std::string>> ids(4);
  std::vector<std::thread> threads;
  for (std::vector<std::string>& mine : ids) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < kIds; ++i) mine.push_back(RandomId());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const std::vector<std::string>& mine : ids) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), ids.size() * kIds);
}

TEST(RandomId, EveryDigitOccursEverywhere) {
  std::array<std::set<char>, 32> seen;
  for (int i = 0; i < 1000; ++i) {  // A given digit is missing at a given place with probability 1e-28.
    const std::string id = RandomId();
    for (int place = 0; place < 32; ++place) seen[place].insert(id[place]);
  }
  for (const std::set<char>& digits : seen) EXPECT_EQ(digits.size(), 16u);
}

}  // namespace
}  // namespace vitrine
