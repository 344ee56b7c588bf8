#include "base/child_operation.h"

#include "gtest/gtest.h"

namespace vitrine {
namespace {

TEST(ChildOperationTest, EndsWithItsParentAndNotTheOtherWayRound) {
  Operation parent;
  parent.request_id = "id";
  ChildOperation first(parent);
  ChildOperation grandchild(first.get());
  ChildOperation second(parent);
  EXPECT_EQ(grandchild.get().request_id, "id");
  first.Cancel();
  EXPECT_TRUE(first.cancelled());
  EXPECT_TRUE(grandchild.cancelled());
  EXPECT_FALSE(second.cancelled());
  EXPECT_FALSE(parent.cancellation->cancelled());
  parent.cancellation->Cancel();
  EXPECT_TRUE(second.cancelled());
  EXPECT_TRUE(ChildOperation(parent).cancelled());
}

TEST(ChildOperationTest, ItsEndLeavesTheParent) {
  Operation parent;
  { const ChildOperation child(parent); }
  parent.cancellation->Cancel();
  EXPECT_TRUE(parent.cancellation->cancelled());
}

}  // namespace
}  // namespace vitrine
