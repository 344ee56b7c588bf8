#include "service/app/options.h"

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

TEST(Options, FlagWinsOverEnvironmentWinsOverDefault) {
  ASSERT_OK_AND_ASSIGN(const CommandLine line, ParseCommandLine({"--frame_cache_bytes=64MiB", "--server_timing"},
                                                                {"VITRINE_FRAME_CACHE_BYTES=1GiB",
                                                                 "VITRINE_REQUEST_TIMEOUT=5s", "HOME=/root"}));
  EXPECT_EQ(line.options.frame_cache_bytes, 64u << 20);
  EXPECT_EQ(line.options.request_timeout, absl::Seconds(5));
  EXPECT_EQ(line.options.queue_limit, 256);
  EXPECT_TRUE(line.options.server_timing);
  EXPECT_EQ(line.command, Command::kServe);
}

TEST(Options, WhatIsUnknownOrMalformedIsAnError) {
  EXPECT_THAT(ParseCommandLine({"--frame_cash=1"}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCommandLine({"serve"}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCommandLine({"--renderer"}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCommandLine({}, {"VITRINE_FRAME_CASH=1"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("VITRINE_FRAME_CASH")));
  EXPECT_THAT(ParseCommandLine({"--frame_cache_bytes=lots"}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCommandLine({"--frame_cache_bytes=99999999999GiB"}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCommandLine({"--request_timeout=-1s"}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCommandLine({"--cpu_slots=-1"}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Options, ArchivesAreNamedAndRepeatable) {
  ASSERT_OK_AND_ASSIGN(const CommandLine line,
                       ParseCommandLine({"--archive=pacs=https://pacs/dicom-web?x=y", "--archive=files=dir:/data"},
                                        {"VITRINE_ARCHIVE=ignored=demo:"}));
  ASSERT_EQ(line.options.archives.size(), 2u);
  EXPECT_EQ(line.options.archives[0].name, "pacs");
  EXPECT_EQ(line.options.archives[0].url, "https://pacs/dicom-web?x=y");
  EXPECT_EQ(line.options.archives[1].name, "files");
  EXPECT_THAT(ParseCommandLine({"--archive=a=demo:", "--archive=a=demo:"}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCommandLine({"--archive=a b=demo:"}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Options, SeveralArchivesFitInTheEnvironment) {
  ASSERT_OK_AND_ASSIGN(const CommandLine line, ParseCommandLine({}, {"VITRINE_ARCHIVE=a=demo: b=dir:/data"}));
  ASSERT_EQ(line.options.archives.size(), 2u);
  EXPECT_EQ(line.options.archives[1].url, "dir:/data");
}

TEST(Options, WithoutAnArchiveTheDemonstrationIsServed) {
  ASSERT_OK_AND_ASSIGN(const CommandLine line, ParseCommandLine({}, {}));
  ASSERT_EQ(line.options.archives.size(), 1u);
  EXPECT_EQ(line.options.archives[0].url, "demo:");
}

TEST(Options, AnonymousAccessIsForLoopbackOnly) {
  Options options;
  EXPECT_THAT(CheckOptions(options), IsOk());
  for (const char* listen : {"0.0.0.0:8080", ":8080", "[::]:8080", "192.0.2.1:8080"}) {
    options.http_listen = listen;
    EXPECT_THAT(CheckOptions(options), Not(IsOk())) << listen;
  }
  options.allow_anonymous = true;
  EXPECT_THAT(CheckOptions(options), IsOk());
  options.allow_anonymous = false;
  options.http_listen = "[::1]:0";
  EXPECT_THAT(CheckOptions(options), IsOk());
}

TEST(Options, PasswordsAreMasked) {
  ASSERT_OK_AND_ASSIGN(const CommandLine line,
                       ParseCommandLine({"--archive=a=https://user:p:a@ss@pacs.example/dicom-web"}, {}));
  const std::string text = PrintableOptions(line.options);
  EXPECT_THAT(text, HasSubstr("archive=a=https://user:***@pacs.example/dicom-web"));
  EXPECT_THAT(text, Not(HasSubstr("ss@pacs")));
}

TEST(Options, PasswordsWithSlashesAreMaskedAndUnknownFlagsKeepTheirValue) {
  ASSERT_OK_AND_ASSIGN(const CommandLine line, ParseCommandLine({"--archive=a=https://user:pa/ss@pacs.example/x"}, {}));
  EXPECT_THAT(PrintableOptions(line.options), HasSubstr("archive=a=https://user:***@pacs.example/x"));
  const auto mistyped = ParseCommandLine({"--archives=a=https://user:secret@pacs.example"}, {});
  EXPECT_THAT(std::string(mistyped.status().message()),
              ::testing::AllOf(HasSubstr("--archives"), Not(HasSubstr("secret"))));
}

TEST(Options, ValuesThatCannotWorkAreStartErrors) {
  for (const char* flag : {"--log_level=nonsense", "--max_header_bytes=4GiB", "--request_timeout=0s",
                           "--max_connections=0", "--archive_cache_bytes=1MiB", "--archive_rescan=0s"}) {
    ASSERT_OK_AND_ASSIGN(const CommandLine line, ParseCommandLine({flag}, {}));
    EXPECT_THAT(CheckOptions(line.options), Not(IsOk())) << flag;
  }
}

TEST(Options, PrintsWhatIsSet) {
  ASSERT_OK_AND_ASSIGN(const CommandLine line, ParseCommandLine({"--queue_limit=7", "--idle_timeout=1m30s"}, {}));
  for (const absl::string_view setting : {"queue_limit=7", "idle_timeout=1m30s"}) {
    EXPECT_THAT(PrintableOptions(line.options), HasSubstr(std::string(setting)));
  }
}

}  // namespace
}  // namespace vitrine::service
