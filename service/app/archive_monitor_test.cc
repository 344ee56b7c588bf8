#include "service/app/archive_monitor.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using testing::IsOk;
using testing::StatusIs;

// Answers checks as told; hangs until its time is up where `hangs`.
class FakeArchive : public fetch::Archive {
 public:
  FakeArchive(bool hangs, absl::Status status) : hangs_(hangs), status_(std::move(status)) {}

  absl::StatusOr<fetch::QueryResult> Query(fetch::QueryLevel, const fetch::ResourcePath&, absl::string_view,
                                           const Operation&) override {
    return status_;
  }
  absl::StatusOr<std::string> Metadata(const fetch::ResourcePath&, const Operation&) override { return status_; }
  absl::StatusOr<fetch::Bytes> Instance(const fetch::ResourcePath&, const Operation&) override { return status_; }
  absl::Status Check(const Operation& operation) override {
    while (hangs_ && operation.Check().ok()) absl::SleepFor(absl::Milliseconds(1));
    return hangs_ ? operation.Check() : status_;
  }

 private:
  const bool hangs_;
  const absl::Status status_;
};

ArchiveSet Set(std::vector<std::unique_ptr<fetch::Archive>> archives) {
  std::vector<ArchiveSet::Named> named;
  for (auto& archive : archives) named.push_back({"a", std::move(archive)});
  return ArchiveSet(std::move(named));
}

std::vector<std::unique_ptr<fetch::Archive>> Archives(std::unique_ptr<FakeArchive> first,
                                                      std::unique_ptr<FakeArchive> second) {
  std::vector<std::unique_ptr<fetch::Archive>> archives;
  archives.push_back(std::move(first));
  archives.push_back(std::move(second));
  return archives;
}

TEST(ArchiveMonitor, OneArchiveThatHangsDoesNotTakeTheOtherWithIt) {
  const ArchiveSet set = Set(Archives(std::make_unique<FakeArchive>(true, absl::OkStatus()),
                                      std::make_unique<FakeArchive>(false, absl::OkStatus())));
  const ArchiveMonitor monitor(set, absl::Seconds(60), absl::Seconds(60));
  while (!monitor.Ready().ok()) absl::SleepFor(absl::Milliseconds(1));  // Long before the hanging check ends.
  EXPECT_THAT(monitor.Ready(), IsOk());
}

TEST(ArchiveMonitor, IsNotReadyWhereNoneAnswers) {
  const absl::Status down = MakeError(ErrorCategory::kArchiveUnreachable, "down");
  const ArchiveSet set =
      Set(Archives(std::make_unique<FakeArchive>(false, down), std::make_unique<FakeArchive>(false, down)));
  const ArchiveMonitor monitor(set, absl::Milliseconds(1), absl::Seconds(60));
  while (monitor.Ready().message() != "down") absl::SleepFor(absl::Milliseconds(1));
  EXPECT_THAT(monitor.Ready(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(ArchiveMonitor, EndsWithoutWaitingForAHangingCheck) {
  const ArchiveSet set = Set(Archives(std::make_unique<FakeArchive>(true, absl::OkStatus()),
                                      std::make_unique<FakeArchive>(true, absl::OkStatus())));
  const absl::Time start = absl::Now();
  { const ArchiveMonitor monitor(set, absl::Seconds(60), absl::Seconds(60)); }
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
}

}  // namespace
}  // namespace vitrine::service
