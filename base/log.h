#ifndef VITRINE_BASE_LOG_H_
#define VITRINE_BASE_LOG_H_

// The log: one JSON object a line on stderr, each line one write(2), so that lines of several threads never mix.
//
//   Log(Severity::kInfo, "archive scan finished", {{"archive", name}, {"files", 275}});
//
// gives {"time":"2024-05-06T07:08:09.123456Z","severity":"info","message":"archive scan finished","archive":"demo",
// "files":275}. No patient data belongs here: identifiers of requests and archives do, UIDs and names of patients do
// not.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace vitrine {

enum class Severity { kDebug, kInfo, kWarning, kError };

absl::string_view SeverityName(Severity severity);

// A JSON value. Text is only referred to, and has to live until Log() returns.
class LogValue {
 public:
  using Variant = std::variant<bool, int64_t, uint64_t, double, absl::string_view>;

  LogValue(absl::string_view text) : value_(text) {}
  LogValue(const std::string& text) : value_(absl::string_view(text)) {}
  LogValue(const char* text) : value_(absl::string_view(text)) {}
  // Templates, lest a pointer should turn into a bool.
  template <std::same_as<bool> Bool>
  LogValue(Bool value) : value_(value) {}
  template <std::signed_integral Integer>
  LogValue(Integer value) : value_(static_cast<int64_t>(value)) {}
  template <std::unsigned_integral Integer>
  requires(!std::same_as<Integer, bool>) LogValue(Integer value) : value_(static_cast<uint64_t>(value)) {}
  template <std::floating_point Real>
  LogValue(Real value) : value_(static_cast<double>(value)) {}

  const Variant& variant() const { return value_; }

 private:
  Variant value_;
};

// `key` is lower_snake_case and none of "time", "severity", "message".
struct LogField {
  absl::string_view key;
  LogValue value;
};

// Lines below this severity are dropped; kInfo until set. Thread-safe.
void SetMinLogSeverity(Severity severity);
bool LogEnabled(Severity severity);

// The line with its line feed. Bytes that are not UTF-8 become U+FFFD; numbers that JSON lacks (NaN, infinities)
// become null.
std::string FormatLogLine(absl::Time time, Severity severity, absl::string_view message,
                          absl::Span<const LogField> fields);

void WriteLogLine(Severity severity, absl::string_view message, absl::Span<const LogField> fields);

// Thread-safe. A severity that is off costs one relaxed load.
inline void Log(Severity severity, absl::string_view message, std::initializer_list<LogField> fields = {}) {
  if (LogEnabled(severity)) WriteLogLine(severity, message, absl::MakeConstSpan(fields.begin(), fields.size()));
}

}  // namespace vitrine

#endif  // VITRINE_BASE_LOG_H_
