#include "base/log.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/json_text.h"

namespace vitrine {
namespace {

std::atomic<Severity> min_severity = Severity::kInfo;

void AppendValue(const LogValue& value, std::string& line) {
  struct Visitor {
    std::string& line;
    void operator()(bool flag) const { line += flag ? "true" : "false"; }
    void operator()(int64_t number) const { absl::StrAppend(&line, number); }
    void operator()(uint64_t number) const { absl::StrAppend(&line, number); }
    void operator()(double number) const {
      if (std::isfinite(number)) {
        absl::StrAppendFormat(&line, "%.15g", number);
      } else {
        line += "null";
      }
    }
    void operator()(absl::string_view text) const { AppendJsonString(text, line); }
  };
  std::visit(Visitor{line}, value.variant());
}

}  // namespace

absl::string_view SeverityName(Severity severity) {
  constexpr std::array<absl::string_view, 4> kNames = {"debug", "info", "warning", "error"};
  return kNames[static_cast<size_t>(severity)];
}

void SetMinLogSeverity(Severity severity) { min_severity.store(severity, std::memory_order_relaxed); }

bool LogEnabled(Severity severity) { return severity >= min_severity.load(std::memory_order_relaxed); }

std::string FormatLogLine(absl::Time time, Severity severity, absl::string_view message,
                          absl::Span<const LogField> fields) {
  std::string line = absl::StrCat("{\"time\":\"", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone()),
                                  "\",\"severity\":\"", SeverityName(severity), "\",\"message\":");
  AppendJsonString(message, line);
  for (const LogField& field : fields) {
    line += ',';
    AppendJsonString(field.key, line);
    line += ':';
    AppendValue(field.value, line);
  }
  line += "}\n";
  return line;
}

void WriteLogLine(Severity severity, absl::string_view message, absl::Span<const LogField> fields) {
  const std::string line = FormatLogLine(absl::Now(), severity, message, fields);
  // A second write only continues what the kernel cut short. A log that cannot be written has nowhere to complain.
  for (size_t written = 0; written < line.size();) {
    const ssize_t count = write(STDERR_FILENO, line.data() + written, line.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    written += static_cast<size_t>(count);
  }
}

}  // namespace vitrine
