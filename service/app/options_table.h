#ifndef VITRINE_SERVICE_APP_OPTIONS_TABLE_H_
#define VITRINE_SERVICE_APP_OPTIONS_TABLE_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "service/app/options.h"

namespace vitrine::service {

// Sizes take KiB, MiB and GiB, durations s, ms, m and h.
struct Bytes {
  uint64_t Options::*member;
};
using OptionMember = std::variant<std::string Options::*, bool Options::*, int Options::*, Bytes,
                                  absl::Duration Options::*, std::vector<ArchiveOption> Options::*>;

struct OptionRow {
  absl::string_view name;  // lower_snake_case; the flag, and VITRINE_ plus upper case in the environment.
  OptionMember member;
  absl::string_view help;  // One sentence.
};

absl::Span<const OptionRow> OptionRows();

// Sets the row's member from text; a repeatable option is added to. INVALID_ARGUMENT names the option.
absl::Status SetOption(const OptionRow& row, absl::string_view value, Options& options);

// The inverse; passwords masked, one line per value.
std::vector<std::string> OptionValues(const OptionRow& row, const Options& options);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_OPTIONS_TABLE_H_
