#include "base/memory_budget.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace vitrine {
namespace {

TEST(MemoryBudgetTest, GrantsWhatIsLeftAndTakesBackWhatIsReleased) {
  MemoryBudget budget(100);
  std::optional<MemoryBudget::Reservation> first = budget.TryReserve(60);
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(budget.TryReserve(41).has_value());
  {
    const auto second = budget.TryReserve(40);
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(budget.used(), 100u);
    EXPECT_FALSE(budget.TryReserve(1).has_value());
  }
  EXPECT_EQ(budget.used(), 60u);
  MemoryBudget::Reservation moved = *std::move(first);
  first.reset();
  EXPECT_EQ(budget.used(), 60u);
  moved = MemoryBudget::Reservation();
  EXPECT_EQ(budget.used(), 0u);
}

TEST(MemoryBudgetTest, AReservationOutlivesItsBudget) {
  auto budget = std::make_unique<MemoryBudget>(10);
  const auto reservation = budget->TryReserve(10);
  budget.reset();
  EXPECT_TRUE(reservation.has_value());
}

TEST(MemoryBudgetTest, NeverGrantsMoreThanItHasToManyThreads) {
  MemoryBudget budget(1000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&budget] {
      for (int i = 0; i < 2000; ++i) {
        const auto reservation = budget.TryReserve(300);
        EXPECT_LE(budget.used(), 1000u);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(budget.used(), 0u);
}

}  // namespace
}  // namespace vitrine
