#include "base/wait_observer.h"

#include <thread>

#include "gtest/gtest.h"

namespace vitrine {
namespace {

struct Counter : WaitObserver {
  void OnWait() override { ++waits; }
  int waits = 0;
};

TEST(WaitObserver, HearsOfTheWaitsOfItsThreadWhileItObserves) {
  Counter counter;
  AboutToWait();
  {
    const ScopedWaitObserver scoped(counter);
    AboutToWait();
    AboutToWait();
    std::thread(AboutToWait).join();
  }
  AboutToWait();
  EXPECT_EQ(counter.waits, 2);
}

}  // namespace
}  // namespace vitrine
