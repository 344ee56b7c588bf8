#include "encode/memory_file.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace vitrine::encode {
namespace {

TEST(MemoryFile, WritesOverAndBeyond) {
  MemoryFile file(10);
  EXPECT_TRUE(file.Write("abcd"));
  file.Seek(2);
  EXPECT_TRUE(file.Write("xy"));
  file.Seek(6);
  EXPECT_TRUE(file.Write("end"));
  EXPECT_EQ(file.position(), 9u);
  EXPECT_EQ(std::move(file).Take(), std::string("abxy\0\0end", 9));
}

TEST(MemoryFile, KeepsItsLimit) {
  MemoryFile file(4);
  EXPECT_TRUE(file.Write("abc"));
  EXPECT_FALSE(file.full());
  EXPECT_FALSE(file.Write("de"));
  EXPECT_TRUE(file.full());
  file.Seek(~0ull);
  EXPECT_FALSE(file.Write("d"));
  EXPECT_EQ(std::move(file).Take(), "abc");
}

}  // namespace
}  // namespace vitrine::encode
