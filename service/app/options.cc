#include "service/app/options.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "service/app/options_table.h"
#include "service/http/address.h"
#include "service/http/cors.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kEnvironmentPrefix = "VITRINE_";
constexpr int kMostMeasureMegasamples = 1024;  // Results count samples in 32 bits.

const OptionRow* FindRow(absl::string_view name) {
  for (const OptionRow& row : OptionRows()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool IsArchiveRow(const OptionRow& row) {
  return std::holds_alternative<std::vector<ArchiveOption> Options::*>(row.member);
}

std::string EnvironmentName(const OptionRow& row) {
  return absl::StrCat(kEnvironmentPrefix, absl::AsciiStrToUpper(row.name));
}

absl::Status ReadEnvironment(absl::Span<const std::string> environment, Options& options) {
  for (const std::string& variable : environment) {
    if (!absl::StartsWith(variable, kEnvironmentPrefix)) continue;
    const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(variable, absl::MaxSplits('=', 1));
    const OptionRow* row = FindRow(absl::AsciiStrToLower(absl::StripPrefix(pair.first, kEnvironmentPrefix)));
    if (row == nullptr) return absl::InvalidArgumentError(absl::StrCat("unknown environment variable ", pair.first));
    std::vector<absl::string_view> values = {pair.second};
    if (IsArchiveRow(*row)) values = absl::StrSplit(pair.second, ' ', absl::SkipEmpty());
    for (const absl::string_view value : values) VITRINE_RETURN_IF_ERROR(SetOption(*row, value, options));
  }
  return absl::OkStatus();
}

bool IsCommand(absl::string_view argument, Command& command) {
  static constexpr std::pair<absl::string_view, Command> kCommands[] = {
      {"--help", Command::kHelp},
      {"--version", Command::kVersion},
      {"--print_config", Command::kPrintConfig},
      {"--print_configuration_page", Command::kPrintConfigurationPage},
  };
  for (const auto& [name, value] : kCommands) {
    if (argument != name) continue;
    command = value;
    return true;
  }
  return false;
}

absl::Status ReadFlag(absl::string_view argument, Options& options) {
  // Without its value, which may be a password.
  const auto unknown = [&] {
    return absl::InvalidArgumentError(absl::StrCat("unknown argument ", argument.substr(0, argument.find('='))));
  };
  absl::string_view rest = argument;
  if (!absl::ConsumePrefix(&rest, "--")) return unknown();
  const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(rest, absl::MaxSplits('=', 1));
  const OptionRow* row = FindRow(pair.first);
  if (row == nullptr) return unknown();
  const bool bare = !absl::StrContains(rest, "=");
  if (bare && !std::holds_alternative<bool Options::*>(row->member)) {
    return absl::InvalidArgumentError(absl::StrCat("give ", argument, "=VALUE"));
  }
  return SetOption(*row, bare ? "true" : pair.second, options);
}

absl::Status CheckWeb(const Options& options) {
  if (!options.public_url.empty() && !absl::StartsWith(options.public_url, "http://") &&
      !absl::StartsWith(options.public_url, "https://")) {
    return absl::InvalidArgumentError("--public_url must begin with http:// or https://");
  }
  const absl::StatusOr<http::CrossOrigin> cross_origin = http::CrossOrigin::Parse(options.cors_origins);
  if (!cross_origin.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--cors_origins: ", cross_origin.status().message()));
  }
  if (cross_origin->any_origin() && options.auth != "none") {
    return absl::InvalidArgumentError("--cors_origins=* needs --auth=none: list the origins");
  }
  return absl::OkStatus();
}

absl::Status CheckLimits(const Options& options) {
  constexpr absl::string_view kLevels[] = {"debug", "info", "warning", "error"};
  if (!absl::c_linear_search(kLevels, options.log_level)) {
    return absl::InvalidArgumentError("--log_level must be debug, info, warning or error");
  }
  if (options.request_threads < 1) return absl::InvalidArgumentError("--request_threads must be at least 1");
  if (options.queue_limit < 1) return absl::InvalidArgumentError("--queue_limit must be at least 1");
  if (options.max_connections < 1) return absl::InvalidArgumentError("--max_connections must be at least 1");
  if (options.max_volume_megasamples < 1) {
    return absl::InvalidArgumentError("--max_volume_megasamples must be at least 1");
  }
  if (options.max_measure_megasamples < 1 || options.max_measure_megasamples > kMostMeasureMegasamples) {
    return absl::InvalidArgumentError("--max_measure_megasamples must be 1 to 1024");
  }
  if (options.max_animation_pictures < 1) {
    return absl::InvalidArgumentError("--max_animation_pictures must be at least 1");
  }
  if (options.max_output_dimension < 1 || options.max_output_dimension > 65535) {
    return absl::InvalidArgumentError("--max_output_dimension must be 1 to 65535");
  }
  if (options.max_header_bytes < (1 << 10) || options.max_header_bytes > (16 << 20)) {
    return absl::InvalidArgumentError("--max_header_bytes must be 1KiB to 16MiB");
  }
  if (options.max_stream_message_bytes < (1 << 10) || options.max_stream_message_bytes > (1 << 20)) {
    return absl::InvalidArgumentError("--max_stream_message_bytes must be 1KiB to 1MiB");
  }
  // A larger one could not be kept, and would be fetched again for each of its frames.
  if (options.max_instance_bytes > options.archive_cache_bytes) {
    return absl::InvalidArgumentError("--max_instance_bytes must be at most --archive_cache_bytes");
  }
  return absl::OkStatus();
}

absl::Status CheckDurations(const Options& options) {
  constexpr std::pair<absl::string_view, absl::Duration Options::*> kPositive[] = {
      {"request_timeout", &Options::request_timeout},
      {"header_timeout", &Options::header_timeout},
      {"idle_timeout", &Options::idle_timeout},
      {"stream_idle_timeout", &Options::stream_idle_timeout},
      {"archive_connect_timeout", &Options::archive_connect_timeout},
      {"archive_stall_timeout", &Options::archive_stall_timeout},
      {"archive_rescan", &Options::archive_rescan},
  };
  for (const auto& [name, member] : kPositive) {
    if (options.*member <= absl::ZeroDuration()) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, " must be above 0"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(absl::Span<const std::string> arguments,
                                             absl::Span<const std::string> environment) {
  CommandLine line;
  VITRINE_RETURN_IF_ERROR(ReadEnvironment(environment, line.options));
  bool archives_replaced = false;
  for (const std::string& argument : arguments) {
    if (IsCommand(argument, line.command)) continue;
    if (absl::StartsWith(argument, "--archive=") && !archives_replaced) {
      line.options.archives.clear();  // Flags win over the environment as a whole.
      archives_replaced = true;
    }
    VITRINE_RETURN_IF_ERROR(ReadFlag(argument, line.options));
  }
  if (line.options.archives.empty()) line.options.archives.push_back({"demo", "demo:"});
  return line;
}

absl::Status CheckOptions(const Options& options) {
  if (options.auth != "none") return absl::InvalidArgumentError("--auth must be none");
  for (const std::string& listen : {options.http_listen, options.grpc_listen}) {
    VITRINE_ASSIGN_OR_RETURN(const http::HostPort address, http::ParseHostPort(listen));
    if (!http::IsLoopback(address) && !options.allow_anonymous) {
      return absl::InvalidArgumentError(
          absl::StrCat(listen, " is reachable from other machines, and --auth=none lets everybody see everything. ",
                       "Give --allow_anonymous if something in front of this server decides who may call it."));
    }
  }
  VITRINE_RETURN_IF_ERROR(CheckWeb(options));
  VITRINE_RETURN_IF_ERROR(CheckLimits(options));
  return CheckDurations(options);
}

std::string HelpText() {
  std::string text =
      "vitrine: renders DICOM images on the server and hands out pictures.\n\n"
      "  vitrine [--flag=value ...]\n\n"
      "Every flag can also be set as VITRINE_FLAG in the environment; the flag wins.\n\n";
  const Options defaults;
  for (const OptionRow& row : OptionRows()) {
    absl::StrAppend(&text, "  --", row.name, "=", absl::StrJoin(OptionValues(row, defaults), " "), "\n      ", row.help,
                    "\n");
  }
  absl::StrAppend(&text, "\n  --help  --version  --print_config  --print_configuration_page\n");
  return text;
}

std::string ConfigurationPage() {
  std::string page =
      "# Configuration\n\n"
      "Generated from the option table by `vitrine --print_configuration_page`; `./dev lint` checks that it is "
      "current.\n\n"
      "`--flag=value` wins over `VITRINE_FLAG` in the environment, which wins over the default. An unknown flag or\n"
      "`VITRINE_` variable is a start error. Sizes take `KiB`, `MiB` and `GiB`, durations `ms`, `s`, `m` and `h`.\n\n"
      "| flag | environment | default | meaning |\n|---|---|---|---|\n";
  const Options defaults;
  for (const OptionRow& row : OptionRows()) {
    const std::string value = IsArchiveRow(row) ? "demo=demo:" : absl::StrJoin(OptionValues(row, defaults), " ");
    absl::StrAppend(&page, "| `--", row.name, "` | `", EnvironmentName(row), "` | ",
                    value.empty() ? "" : absl::StrCat("`", value, "`"), " | ", row.help, " |\n");
  }
  return page;
}

std::string PrintableOptions(const Options& options) {
  std::string text;
  for (const OptionRow& row : OptionRows()) {
    for (const std::string& value : OptionValues(row, options)) absl::StrAppend(&text, row.name, "=", value, "\n");
  }
  return text;
}

}  // namespace vitrine::service
