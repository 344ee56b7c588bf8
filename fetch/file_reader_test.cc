#include "fetch/file_reader.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "fetch/test_restrictions.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::fetch {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

class FileReaderTest : public ::testing::Test {
 protected:
  FileReaderTest() : root_(fs::path(::testing::TempDir()) / absl::StrCat("file_reader_", getpid())) {
    fs::create_directories(root_);
    std::ofstream(root_ / "file") << "content";
  }
  ~FileReaderTest() override { fs::remove_all(root_); }

  // Reads the file whole and its header, which must fail alike.
  void ExpectError(const fs::path& path, ErrorCategory category) {
    const auto content = ReadFile(path.string(), 1 << 20);
    const auto header = ReadFileHeader(path.string(), {}, 1 << 10);
    for (const absl::Status& status : {content.status(), header.status()}) {
      ASSERT_FALSE(status.ok()) << path;
      EXPECT_EQ(ErrorCategoryName(CategoryOf(status)), ErrorCategoryName(category)) << path << ": " << status;
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr(root_.string())));
    }
  }

  const fs::path root_;
};

TEST_F(FileReaderTest, ReadsARegularFile) {
  ASSERT_OK_AND_ASSIGN(const FileContent content, ReadFile((root_ / "file").string(), 7));
  EXPECT_EQ(content.bytes, "content");
  EXPECT_EQ(content.version.size, 7u);
  EXPECT_EQ(CategoryOf(ReadFile((root_ / "file").string(), 6).status()), ErrorCategory::kTooLarge);
}

TEST_F(FileReaderTest, WhatIsNoFileIsNotFound) {
  ExpectError(root_ / "nowhere", ErrorCategory::kNotFound);
  ExpectError(root_ / "file" / "below", ErrorCategory::kNotFound);
  ExpectError(root_, ErrorCategory::kNotFound);
  ExpectError("/dev/zero", ErrorCategory::kNotFound);
}

TEST_F(FileReaderTest, ASocketIsNotFound) {
  fs::current_path(root_);  // The path of a socket may not be long.
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, "socket");
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ExpectError(root_ / "socket", ErrorCategory::kNotFound);
  close(listener);
  fs::current_path("/");
}

TEST_F(FileReaderTest, AFileThatMayNotBeReadIsUnreachable) {
  const WithoutPrivileges ordinary;
  fs::permissions(root_ / "file", fs::perms::none);
  ExpectError(root_ / "file", ErrorCategory::kArchiveUnreachable);
  fs::permissions(root_ / "file", fs::perms::owner_read);
  EXPECT_THAT(ReadFile((root_ / "file").string(), 7), IsOk());
}

TEST_F(FileReaderTest, WithoutADescriptorLeftItIsUnreachable) {
  if (!kMayRunOutOfDescriptors) GTEST_SKIP();
  {
    const WithDescriptors none(0);
    ExpectError(root_ / "file", ErrorCategory::kArchiveUnreachable);
  }
  EXPECT_THAT(ReadFile((root_ / "file").string(), 7), IsOk());
}

}  // namespace
}  // namespace vitrine::fetch
