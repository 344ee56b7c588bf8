#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace vitrine {
namespace {

const absl::Time kTime = absl::FromUnixMicros(1714979289123456);  // date -u -d @1714979289

std::string Format(std::initializer_list<LogField> fields) {
  return FormatLogLine(kTime, Severity::kInfo, "m", absl::MakeConstSpan(fields.begin(), fields.size()));
}

TEST(Log, LineIsJsonWithTheFieldsInOrder) {
  const std::string name = "demo";
  EXPECT_EQ(Format({{"archive", name}, {"files", 275}, {"ok", true}, {"seconds", 0.25}}),
            "{\"time\":\"2024-05-06T07:08:09.123456Z\",\"severity\":\"info\",\"message\":\"m\","
            "\"archive\":\"demo\",\"files\":275,\"ok\":true,\"seconds\":0.25}\n");
}

TEST(Log, NumbersKeepTheirValue) {
  EXPECT_EQ(nlohmann::json::parse(Format({{"n", std::numeric_limits<int64_t>::min()}}))["n"].get<int64_t>(),
            std::numeric_limits<int64_t>::min());
  EXPECT_EQ(nlohmann::json::parse(Format({{"n", std::numeric_limits<uint64_t>::max()}}))["n"].get<uint64_t>(),
            std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(nlohmann::json::parse(Format({{"n", 1e-30}}))["n"].get<double>(), 1e-30);
  EXPECT_TRUE(nlohmann::json::parse(Format({{"n", std::numeric_limits<double>::quiet_NaN()}}))["n"].is_null());
  EXPECT_TRUE(nlohmann::json::parse(Format({{"n", -std::numeric_limits<double>::infinity()}}))["n"].is_null());
}

TEST(Log, HostileTextStaysOneLineOfJson) {
  const std::string line = Format({{"path", "x\n{\"severity\":\"error\"}\xFF"}});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(nlohmann::json::parse(line)["path"], "x\n{\"severity\":\"error\"}\xEF\xBF\xBD");
}

TEST(Log, SeverityNames) {
  EXPECT_EQ(SeverityName(Severity::kDebug), "debug");
  EXPECT_EQ(SeverityName(Severity::kInfo), "info");
  EXPECT_EQ(SeverityName(Severity::kWarning), "warning");
  EXPECT_EQ(SeverityName(Severity::kError), "error");
}

// What the process writes to stderr while it lives.
class StderrCapture {
 public:
  StderrCapture() : saved_(dup(STDERR_FILENO)) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    read_end_ = ends[0];
  }
  std::string Finish() {
    dup2(saved_, STDERR_FILENO);
    close(saved_);
    std::string text;
    char buffer[4096];
    for (ssize_t n; (n = read(read_end_, buffer, sizeof(buffer))) > 0;) text.append(buffer, n);
    close(read_end_);
    return text;
  }

 private:
  int saved_;
  int read_end_;
};

TEST(Log, DropsSeveritiesBelowTheMinimum) {
  StderrCapture capture;
  Log(Severity::kDebug, "dropped");
  Log(Severity::kInfo, "kept");
  SetMinLogSeverity(Severity::kError);
  EXPECT_FALSE(LogEnabled(Severity::kWarning));
  Log(Severity::kWarning, "dropped too");
  Log(Severity::kError, "kept too");
  SetMinLogSeverity(Severity::kDebug);
  Log(Severity::kDebug, "also kept");
  SetMinLogSeverity(Severity::kInfo);
  std::vector<std::string> messages;
  for (const absl::string_view line : absl::StrSplit(capture.Finish(), '\n', absl::SkipEmpty())) {
    messages.push_back(nlohmann::json::parse(line.begin(), line.end())["message"]);
  }
  EXPECT_EQ(messages, (std::vector<std::string>{"kept", "kept too", "also kept"}));
}

TEST(Log, LinesOfSeveralThreadsDoNotMix) {
  constexpr int kThreads = 4;
  constexpr int kLines = 100;
  StderrCapture capture;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < kLines; ++i) Log(Severity::kInfo, "line", {{"thread", t}, {"text", std::string(500, 'x')}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  int count = 0;
  for (const absl::string_view line : absl::StrSplit(capture.Finish(), '\n', absl::SkipEmpty())) {
    const nlohmann::json parsed = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    ASSERT_TRUE(parsed.is_object());
    ASSERT_EQ(parsed["text"], std::string(500, 'x'));
    ++count;
  }
  EXPECT_EQ(count, kThreads * kLines);
}

}  // namespace
}  // namespace vitrine
