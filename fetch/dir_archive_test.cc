#include "fetch/dir_archive.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/builder.h"
#include "fetch/test_restrictions.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace vitrine::fetch {
namespace {

namespace fs = std::filesystem;
using testing::IsOk;
using testing::StatusIs;
using Json = nlohmann::json;

std::string File(int series, int instance, const std::string& comment = "") {
  dicom::DatasetBuilder b;
  b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
      .Set("StudyInstanceUID", "1.1")
      .Set("SeriesInstanceUID", absl::StrCat("1.1.", series))
      .Set("SOPInstanceUID", absl::StrCat("1.1.", series, ".", instance))
      .Set("InstanceNumber", absl::StrCat(instance))
      .Set("ImageComments", comment)
      .SetPixelData(std::vector<uint8_t>(64, 7), 8);
  return *b.Write();
}

ResourcePath Path(int series, int instance) {
  return {"1.1", absl::StrCat("1.1.", series), absl::StrCat("1.1.", series, ".", instance)};
}

class DirArchiveTest : public ::testing::Test {
 protected:
  DirArchiveTest() : root_(fs::path(::testing::TempDir()) / absl::StrCat("dir_archive_", getpid(), "_", ++count_)) {
    fs::create_directories(root_);
    options_.poll = absl::Hours(1);
  }
  ~DirArchiveTest() override { fs::remove_all(root_); }

  void Write(const std::string& name, const std::string& bytes) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << bytes;
  }

  std::unique_ptr<DirArchive> Open() {
    auto archive = DirArchive::Open(root_.string(), options_);
    EXPECT_THAT(archive, IsOk());
    return *std::move(archive);
  }

  static size_t Count(DirArchive& archive, QueryLevel level) {
    const auto result = archive.Query(level, {}, "", {});
    EXPECT_THAT(result, IsOk());
    return result.ok() ? Json::parse(result->json).size() : 0;
  }

  static inline std::atomic<int> count_ = 0;
  const fs::path root_;
  DirArchiveOptions options_;
};

TEST_F(DirArchiveTest, ServesAFolder) {
  Write("a/1.dcm", File(1, 1));
  Write("a/deep/er/2", File(1, 2));
  Write("b.dcm", File(2, 1));
  const auto archive = Open();
  ASSERT_OK_AND_ASSIGN(const Bytes bytes, archive->Instance(Path(1, 2), {}));
  EXPECT_EQ(*bytes, File(1, 2));
  EXPECT_EQ(Count(*archive, QueryLevel::kStudies), 1u);
  EXPECT_EQ(Count(*archive, QueryLevel::kSeries), 2u);
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 3u);
  ASSERT_OK_AND_ASSIGN(const std::string metadata, archive->Metadata({"1.1", "1.1.1", ""}, {}));
  const Json json = Json::parse(metadata);
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[1]["00080018"]["Value"][0], "1.1.1.2");
  EXPECT_FALSE(json[1].contains("7FE00010"));
  EXPECT_THAT(archive->Check({}), IsOk());
}

TEST_F(DirArchiveTest, SkipsAndCountsOtherFiles) {
  Write("good", File(1, 1));
  Write("empty", "");
  Write("text.txt", std::string(5000, 'x'));
  Write("cut", File(1, 2).substr(0, 200));
  Write("magic_only", std::string(128, '\0') + "DICM");
  Write("magic_and_junk", std::string(128, '\0') + "DICM" + std::string(3000, '\xFF'));
  dicom::DatasetBuilder no_uids;
  no_uids.Set("SOPClassUID", "1.2").Set("SOPInstanceUID", "1.2.3").Set("PatientID", "x");
  Write("no_uids", *no_uids.Write());
  ASSERT_EQ(mkfifo((root_ / "pipe").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", root_ / "device");
  fs::create_symlink("nowhere", root_ / "dangling");
  const auto archive = Open();
  ASSERT_THAT(archive->Rescan({}), IsOk());
  EXPECT_EQ(archive->progress().seen, 7u);
  EXPECT_EQ(archive->progress().indexed, 1u);
  EXPECT_EQ(archive->progress().skipped, 6u);
}

TEST_F(DirArchiveTest, AFileThatMayNotBeReadIsTriedAgain) {
  const WithoutPrivileges ordinary;
  Write("1", File(1, 1));
  Write("text.txt", std::string(5000, 'x'));
  fs::permissions(root_ / "1", fs::perms::none);
  const auto archive = Open();
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 0u);
  EXPECT_EQ(archive->progress().skipped, 2u);
  fs::permissions(root_ / "1", fs::perms::owner_read);
  ASSERT_THAT(archive->Rescan({}), IsOk());
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 1u);
  EXPECT_EQ(archive->progress().skipped, 1u);
}

TEST_F(DirArchiveTest, AnIndexedFileThatMayNotBeReadIsUnreachable) {
  const WithoutPrivileges ordinary;
  Write("1", File(1, 1));
  const auto archive = Open();
  ASSERT_THAT(archive->Instance(Path(1, 1), {}), IsOk());
  fs::permissions(root_ / "1", fs::perms::none);
  EXPECT_EQ(CategoryOf(archive->Instance(Path(1, 1), {}).status()), ErrorCategory::kArchiveUnreachable);
  EXPECT_EQ(CategoryOf(archive->Metadata(Path(1, 1), {}).status()), ErrorCategory::kArchiveUnreachable);
  fs::permissions(root_ / "1", fs::perms::owner_read);
  EXPECT_THAT(archive->Instance(Path(1, 1), {}), IsOk());
}

TEST_F(DirArchiveTest, AFolderThatCannotBeListedKeepsItsInstances) {
  if (!kMayRunOutOfDescriptors) GTEST_SKIP();
  Write("a/b/1", File(1, 1));
  Write("2", File(1, 2));
  const auto archive = Open();
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 2u);
  {
    const WithDescriptors few(2);  // For the root, but not for what is below it.
    EXPECT_THAT(archive->Rescan({}), IsOk());
  }
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 2u);
  fs::remove_all(root_ / "a");
  EXPECT_THAT(archive->Rescan({}), IsOk());
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 1u);
}

TEST_F(DirArchiveTest, SymbolicLinksMayLoop) {
  Write("a/1", File(1, 1));
  fs::create_directory_symlink(root_, root_ / "a/up");
  fs::create_directory_symlink(root_ / "a", root_ / "again");
  const auto archive = Open();
  ASSERT_THAT(archive->Instance(Path(1, 1), {}), IsOk());
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 1u);
}

TEST_F(DirArchiveTest, ARescanFindsWhatIsNewAndLosesWhatIsGone) {
  Write("1", File(1, 1));
  Write("2", File(1, 2));
  const auto archive = Open();
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 2u);
  fs::remove(root_ / "1");
  Write("3", File(1, 3));
  ASSERT_THAT(archive->Rescan({}), IsOk());
  EXPECT_THAT(archive->Instance(Path(1, 1), {}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(archive->Instance(Path(1, 3), {}), IsOk());
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 2u);
}

TEST_F(DirArchiveTest, PollsOnItsOwn) {
  options_.poll = absl::Milliseconds(20);
  const auto archive = Open();
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 0u);
  Write("1", File(1, 1));
  for (int i = 0; i < 500 && Count(*archive, QueryLevel::kInstances) == 0; ++i) absl::SleepFor(absl::Milliseconds(20));
  EXPECT_THAT(archive->Instance(Path(1, 1), {}), IsOk());
}

TEST_F(DirArchiveTest, AVanishedFileIsNotFoundAndStartsAScan) {
  Write("1", File(1, 1));
  const auto archive = Open();
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 1u);
  fs::remove(root_ / "1");
  EXPECT_THAT(archive->Instance(Path(1, 1), {}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 0u);
}

TEST_F(DirArchiveTest, AMovedFileIsFoundAgain) {
  Write("1", File(1, 1));
  const auto archive = Open();
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 1u);
  fs::rename(root_ / "1", root_ / "elsewhere");
  EXPECT_THAT(archive->Instance(Path(1, 1), {}), IsOk());
}

TEST_F(DirArchiveTest, AFileThatNowHoldsAnotherInstanceIsNotServedForTheOldOne) {
  Write("1", File(1, 1));
  const auto archive = Open();
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 1u);
  Write("1", File(1, 2, "longer"));
  EXPECT_THAT(archive->Instance(Path(1, 1), {}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(archive->Instance(Path(1, 2), {}), IsOk());
}

TEST_F(DirArchiveTest, TheNewestOfDuplicatesWins) {
  Write("old", File(1, 1, "old"));
  Write("new", File(1, 1, "new"));
  fs::last_write_time(root_ / "old", fs::last_write_time(root_ / "new") - std::chrono::hours(1));
  const auto archive = Open();
  ASSERT_OK_AND_ASSIGN(const Bytes bytes, archive->Instance(Path(1, 1), {}));
  EXPECT_EQ(*bytes, File(1, 1, "new"));
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 1u);
  EXPECT_EQ(archive->progress().duplicates, 1u);
}

TEST_F(DirArchiveTest, ThePathHasToBeRight) {
  Write("1", File(1, 1));
  const auto archive = Open();
  EXPECT_THAT(archive->Instance({"1.1", "1.1.2", "1.1.1.1"}, {}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(archive->Metadata({"1.9", "", ""}, {}), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DirArchiveTest, BoundsTheFileSize) {
  Write("1", File(1, 1));
  options_.max_instance_bytes = 100;
  const auto archive = Open();
  const auto result = archive->Instance(Path(1, 1), {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(CategoryOf(result.status()), ErrorCategory::kTooLarge);
}

TEST_F(DirArchiveTest, HeadersLongerThanOneReadAreRead) {
  dicom::DatasetBuilder b;
  b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
      .Set("StudyInstanceUID", "1.1")
      .Set("SeriesInstanceUID", "1.1.1")
      .Set("SOPInstanceUID", "1.1.1.1")
      .SetBytes("ICCProfile", "OB", std::string(300'000, 'p'))
      .SetPixelData(std::vector<uint8_t>(64, 7), 8);
  Write("1", *b.Write());
  const auto archive = Open();
  EXPECT_THAT(archive->Instance(Path(1, 1), {}), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string metadata, archive->Metadata(Path(1, 1), {}));
  EXPECT_LT(metadata.size(), 1000u);  // A value that long is left out.
}

TEST_F(DirArchiveTest, RefusesWhatIsNoFolder) {
  EXPECT_THAT(DirArchive::Open((root_ / "nowhere").string(), {}), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DirArchiveTest, AFolderThatGoesAwayKeepsItsIndexAndFailsTheCheck) {
  Write("1", File(1, 1));
  const auto archive = Open();
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 1u);
  fs::rename(root_, root_.string() + "_away");
  EXPECT_EQ(CategoryOf(archive->Rescan({})), ErrorCategory::kArchiveUnreachable);
  EXPECT_EQ(CategoryOf(archive->Check({})), ErrorCategory::kArchiveUnreachable);
  EXPECT_EQ(CategoryOf(archive->Instance(Path(1, 1), {}).status()), ErrorCategory::kArchiveUnreachable);
  EXPECT_EQ(Count(*archive, QueryLevel::kInstances), 1u);
  fs::rename(root_.string() + "_away", root_);
  EXPECT_THAT(archive->Instance(Path(1, 1), {}), IsOk());
}

TEST_F(DirArchiveTest, ServesWhileTheFirstScanRunsAndWaitsForWhatIsMissing) {
  for (int i = 1; i <= 50; ++i) Write(absl::StrCat(i), File(1, i));
  std::atomic<bool> reported = false;
  options_.first_scan_wait = absl::ZeroDuration();
  options_.on_progress = [&](const ScanProgress& progress, bool done) { reported = done && progress.indexed == 50; };
  const auto archive = Open();
  EXPECT_THAT(archive->Check({}), IsOk());
  EXPECT_THAT(archive->Query(QueryLevel::kStudies, {}, "", {}), IsOk());
  for (int i = 1; i <= 50; ++i) EXPECT_THAT(archive->Instance(Path(1, i), {}), IsOk());
  EXPECT_TRUE(reported);
}

TEST_F(DirArchiveTest, CancelledOperationsReturn) {
  const auto archive = Open();
  Operation operation;
  operation.cancellation->Cancel();
  EXPECT_THAT(archive->Instance(Path(1, 1), operation), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(archive->Query(QueryLevel::kStudies, {}, "", operation), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace vitrine::fetch
