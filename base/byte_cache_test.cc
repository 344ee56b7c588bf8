#include "base/byte_cache.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine {
namespace {

using testing::StatusIs;
using Cache = ByteCache<std::string>;

absl::StatusOr<Cache::Loaded> Value(absl::string_view text, uint64_t charge) {
  return Cache::Loaded{std::make_shared<const std::string>(text), charge};
}

// Loads `key` as its own value.
void Put(Cache& cache, absl::string_view key, uint64_t charge) {
  ASSERT_OK_AND_ASSIGN(const Cache::Pointer value,
                       cache.GetOrLoad(key, Operation(), [&] { return Value(key, charge); }));
  ASSERT_EQ(*value, key);
}

void WaitForJoins(const Cache& cache, uint64_t joins) {
  while (cache.stats().joins < joins) absl::SleepFor(absl::Milliseconds(1));
}

TEST(ByteCache, LoadsOnceAndThenHits) {
  Cache cache(100);
  EXPECT_EQ(cache.Find("a"), nullptr);
  Put(cache, "a", 10);
  ASSERT_OK_AND_ASSIGN(const Cache::Pointer again, cache.GetOrLoad("a", Operation(), [] {
    ADD_FAILURE() << "loaded twice";
    return Value("other", 1);
  }));
  EXPECT_EQ(*again, "a");
  EXPECT_TRUE(cache.Contains("a"));
  EXPECT_FALSE(cache.Contains("b"));
  EXPECT_EQ(cache.Find("a"), again);
  const ByteCacheStats stats = cache.stats();
  EXPECT_EQ(stats.hits, 2u);
  EXPECT_EQ(stats.misses, 1u);
  EXPECT_EQ(stats.joins, 0u);
  EXPECT_EQ(stats.bytes, 10u);
  EXPECT_EQ(stats.entries, 1u);
}

TEST(ByteCache, EvictsLeastRecentlyUsedWithinTheBudget) {
  Cache cache(30);
  Put(cache, "a", 10);
  Put(cache, "b", 10);
  Put(cache, "c", 10);
  EXPECT_NE(cache.Find("a"), nullptr);  // Now b is the oldest.
  Put(cache, "d", 10);
  EXPECT_EQ(cache.Find("b"), nullptr);
  EXPECT_NE(cache.Find("a"), nullptr);
  EXPECT_NE(cache.Find("c"), nullptr);
  EXPECT_NE(cache.Find("d"), nullptr);
  Put(cache, "e", 25);
  EXPECT_EQ(cache.stats().entries, 1u);
  EXPECT_EQ(cache.stats().bytes, 25u);
  EXPECT_EQ(cache.stats().evictions, 4u);
}

TEST(ByteCache, EvictedValueLivesOnWithItsHolder) {
  Cache cache(10);
  ASSERT_OK_AND_ASSIGN(const Cache::Pointer held,
                       cache.GetOrLoad("a", Operation(), [] { return Value("a value", 10); }));
  Put(cache, "b", 10);
  EXPECT_EQ(cache.Find("a"), nullptr);
  EXPECT_EQ(*held, "a value");
}

TEST(ByteCache, EvictsOnlyWhatNobodyHolds) {
  Cache cache(40);
  Put(cache, "a", 10);
  Put(cache, "b", 10);
  Put(cache, "c", 10);
  Put(cache, "d", 10);
  const Cache::Pointer held = cache.Find("a");
  Put(cache, "a", 10);  // Now b is the oldest, and a the newest.
  const Cache::Pointer also_held = cache.Find("c");
  cache.EvictIdle(11);
  EXPECT_EQ(cache.Find("b"), nullptr);
  EXPECT_EQ(cache.Find("d"), nullptr);
  EXPECT_EQ(cache.Find("a"), held);
  EXPECT_EQ(cache.Find("c"), also_held);
  cache.EvictIdle(1000);
  EXPECT_EQ(cache.stats().entries, 2u);
  EXPECT_EQ(cache.stats().bytes, 20u);
  EXPECT_EQ(cache.stats().evictions, 2u);
}

TEST(ByteCache, EvictsNoMoreIdleEntriesThanNeeded) {
  Cache cache(30);
  Put(cache, "a", 10);
  Put(cache, "b", 10);
  Put(cache, "c", 10);
  cache.EvictIdle(10);
  EXPECT_EQ(cache.Find("a"), nullptr);
  EXPECT_NE(cache.Find("b"), nullptr);
  EXPECT_NE(cache.Find("c"), nullptr);
}

TEST(ByteCache, AnErasedEntryIsLoadedAgain) {
  Cache cache(30);
  Put(cache, "a", 10);
  cache.Erase("a");
  cache.Erase("never there");
  EXPECT_FALSE(cache.Contains("a"));
  EXPECT_EQ(cache.Find("a"), nullptr);
  EXPECT_EQ(cache.stats().bytes, 0u);
  Put(cache, "a", 10);
  EXPECT_EQ(cache.stats().misses, 2u);
}

TEST(ByteCache, WhatIsPutTakesTheOldValuesPlace) {
  Cache cache(30);
  Put(cache, "a", 10);
  cache.Put("a", *Value("new", 25));
  EXPECT_EQ(*cache.Find("a"), "new");
  EXPECT_EQ(cache.stats().bytes, 25u);
  EXPECT_EQ(cache.stats().entries, 1u);
  cache.Put("a", *Value("too large", 31));
  EXPECT_EQ(*cache.Find("a"), "new");
  cache.Put("b", *Value("b", 10));
  EXPECT_EQ(cache.Find("a"), nullptr);
  EXPECT_EQ(cache.stats().bytes, 10u);
}

TEST(ByteCache, WhatIsPutDuringALoadIsReplacedByIt) {
  Cache cache(30);
  ASSERT_OK_AND_ASSIGN(const Cache::Pointer loaded, cache.GetOrLoad("a", Operation(), [&] {
    cache.Put("a", *Value("put", 10));
    return Value("loaded", 20);
  }));
  EXPECT_EQ(cache.Find("a"), loaded);
  EXPECT_EQ(cache.stats().bytes, 20u);
  EXPECT_EQ(cache.stats().entries, 1u);
}

TEST(ByteCache, OversizeValueIsReturnedAndNotKept) {
  Cache cache(10);
  Put(cache, "small", 5);
  Put(cache, "big", 11);
  EXPECT_EQ(cache.Find("big"), nullptr);
  EXPECT_NE(cache.Find("small"), nullptr);
  Put(cache, "huge", ~uint64_t{0});
  EXPECT_NE(cache.Find("small"), nullptr);
  EXPECT_EQ(cache.stats().bytes, 5u);
}

TEST(ByteCache, ZeroBudgetKeepsNothingThatCosts) {
  Cache cache(0);
  Put(cache, "a", 1);
  Put(cache, "a", 1);
  EXPECT_EQ(cache.stats().misses, 2u);
  EXPECT_EQ(cache.stats().entries, 0u);
}

TEST(ByteCache, OldEntriesCountAsMissing) {
  Cache cache(100, absl::Milliseconds(20));
  Put(cache, "a", 10);
  absl::SleepFor(absl::Milliseconds(25));
  EXPECT_EQ(cache.Find("a"), nullptr);
  EXPECT_EQ(cache.stats().bytes, 0u);
  EXPECT_EQ(cache.stats().entries, 0u);
  Put(cache, "a", 10);
  EXPECT_EQ(cache.stats().misses, 2u);
  EXPECT_EQ(cache.stats().bytes, 10u);
}

TEST(ByteCache, ErrorsAreNotCached) {
  Cache cache(100);
  EXPECT_THAT(
      cache.GetOrLoad("a", Operation(), []() -> absl::StatusOr<Cache::Loaded> { return absl::NotFoundError("no"); }),
      StatusIs(absl::StatusCode::kNotFound));
  Put(cache, "a", 10);
  EXPECT_EQ(cache.stats().misses, 2u);
}

TEST(ByteCache, ManyCallersOneLoad) {
  constexpr int kWaiters = 7;
  Cache cache(100);
  std::atomic<int> loads = 0;
  const auto load = [&] {
    ++loads;
    WaitForJoins(cache, kWaiters);
    return Value("shared", 10);
  };
  std::vector<std::thread> threads;
  std::vector<Cache::Pointer> results(kWaiters + 1);
  for (Cache::Pointer& result : results) {
    threads.emplace_back([&] { result = cache.GetOrLoad("key", Operation(), load).value_or(nullptr); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(loads, 1);
  for (const Cache::Pointer& result : results) EXPECT_EQ(result, results[0]);
  ASSERT_NE(results[0], nullptr);
  EXPECT_EQ(*results[0], "shared");
  EXPECT_EQ(cache.stats().misses, 1u);
  EXPECT_EQ(cache.stats().joins, uint64_t{kWaiters});
}

// A leader that holds its load open until a second caller waits for it, then ends with `end`.
class Flight {
 public:
  Flight(Cache& cache, absl::Status end, const Operation& operation = Operation())
      : thread_([&cache, end, operation, this] {
          status_ = cache
                        .GetOrLoad("key", operation,
                                   [&]() -> absl::StatusOr<Cache::Loaded> {
                                     started_.Notify();
                                     release_.WaitForNotification();
                                     if (!end.ok()) return end;
                                     return Value("led", 10);
                                   })
                        .status();
        }) {
    started_.WaitForNotification();
  }
  void Release() { release_.Notify(); }
  absl::Status Join() {
    thread_.join();
    return status_;
  }

 private:
  absl::Notification started_;
  absl::Notification release_;
  absl::Status status_;
  std::thread thread_;
};

TEST(ByteCache, WaitersShareTheLeadersError) {
  for (const ErrorCategory category : {ErrorCategory::kNotFound, ErrorCategory::kArchiveTimeout}) {
    Cache cache(100);
    Flight flight(cache, MakeError(category, "said the archive"));
    std::thread waiter([&] {
      const auto result = cache.GetOrLoad("key", Operation(), [] {
        ADD_FAILURE() << "asked the archive again";
        return Value("again", 10);
      });
      EXPECT_EQ(CategoryOf(result.status()), category);
    });
    WaitForJoins(cache, 1);
    flight.Release();
    waiter.join();
    EXPECT_EQ(CategoryOf(flight.Join()), category);
  }
}

void ExpectTakeOver(const Operation& leaders, ErrorCategory category) {
  Cache cache(100);
  Flight flight(cache, MakeError(category, "gone"), leaders);
  std::thread waiter([&] {
    ASSERT_OK_AND_ASSIGN(const Cache::Pointer value,
                         cache.GetOrLoad("key", Operation(), [] { return Value("taken over", 10); }));
    EXPECT_EQ(*value, "taken over");
  });
  WaitForJoins(cache, 1);
  flight.Release();
  waiter.join();
  EXPECT_EQ(CategoryOf(flight.Join()), category);
  ASSERT_NE(cache.Find("key"), nullptr);
  EXPECT_EQ(*cache.Find("key"), "taken over");
}

TEST(ByteCache, WaiterTakesOverFromALeaderThatWasCancelled) {
  Operation operation;
  operation.cancellation->Cancel();
  ExpectTakeOver(operation, ErrorCategory::kCancelled);
}

// Whatever the error that its own short time has caused is called.
TEST(ByteCache, WaiterTakesOverFromALeaderThatRanOutOfTime) {
  Operation operation;
  operation.deadline = absl::Now();
  ExpectTakeOver(operation, ErrorCategory::kDeadline);
  ExpectTakeOver(operation, ErrorCategory::kArchiveTimeout);
}

TEST(ByteCache, AgeCountsFromWhatTheValueWasMadeFrom) {
  Cache cache(100, absl::Minutes(1));
  const absl::Time old = absl::Now() - absl::Seconds(61);
  ASSERT_THAT(cache.GetOrLoad("a", Operation(),
                              [&]() -> absl::StatusOr<Cache::Loaded> {
                                return Cache::Loaded{std::make_shared<const std::string>("a"), 1, old};
                              }),
              testing::IsOk());
  EXPECT_EQ(cache.Find("a"), nullptr);
}

TEST(ByteCache, CancelledWaiterLeavesAtOnce) {
  Cache cache(100);
  Flight flight(cache, absl::OkStatus());
  Operation operation;
  std::thread waiter([&] {
    EXPECT_THAT(cache.GetOrLoad("key", operation, [] { return Value("never", 1); }),
                StatusIs(absl::StatusCode::kCancelled));
  });
  WaitForJoins(cache, 1);
  operation.cancellation->Cancel();
  waiter.join();  // The load is still under way.
  flight.Release();
  EXPECT_TRUE(flight.Join().ok());
  EXPECT_NE(cache.Find("key"), nullptr);
}

TEST(ByteCache, WaiterLeavesAtItsDeadline) {
  Cache cache(100);
  Flight flight(cache, absl::OkStatus());
  Operation operation;
  operation.deadline = absl::Now() + absl::Milliseconds(20);
  const auto result = cache.GetOrLoad("key", operation, [] { return Value("never", 1); });
  EXPECT_EQ(CategoryOf(result.status()), ErrorCategory::kDeadline);
  EXPECT_GE(absl::Now(), operation.deadline - absl::Milliseconds(1));
  flight.Release();
  EXPECT_TRUE(flight.Join().ok());
}

// Cancel() runs while waiters come, wait and go; nothing may hang, and no answer may be wrong.
TEST(ByteCache, StressWithCancellations) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 300;
  Cache cache(60);
  std::atomic<int> answers = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRounds; ++i) {
        Operation operation;
        operation.deadline = absl::Now() + (i % 7 == 0 ? absl::Microseconds(50) : absl::Seconds(60));
        std::thread canceller;
        if ((i + t) % 5 == 0) canceller = std::thread([&] { operation.cancellation->Cancel(); });
        const std::string key = absl::StrCat("key ", (i + t % 2) % 10);
        const auto result = cache.GetOrLoad(key, operation, [&]() -> absl::StatusOr<Cache::Loaded> {
          std::this_thread::yield();
          if (absl::Status status = operation.Check(); !status.ok()) return status;
          return Value(key, 10);
        });
        if (canceller.joinable()) canceller.join();
        if (result.ok()) {
          EXPECT_EQ(**result, key);
          ++answers;
        } else {
          EXPECT_FALSE(operation.Check().ok());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(answers, 0);
  const ByteCacheStats stats = cache.stats();
  EXPECT_LE(stats.bytes, cache.budget_bytes());
  EXPECT_EQ(stats.bytes, 10 * stats.entries);
}

}  // namespace
}  // namespace vitrine
