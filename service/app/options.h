#ifndef VITRINE_SERVICE_APP_OPTIONS_H_
#define VITRINE_SERVICE_APP_OPTIONS_H_

// What an operator can set. One table (options_table.cc) makes the flags, the environment variables, --help,
// --print_config and docs/configuration.md.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace vitrine::service {

struct ArchiveOption {
  std::string name;
  std::string url;
};

struct Options {
  std::string http_listen = "127.0.0.1:8080";
  std::string grpc_listen = "127.0.0.1:8090";
  std::string admin_listen = "127.0.0.1:8081";
  std::vector<ArchiveOption> archives;  // Empty: the demonstration archive.
  std::string renderer = "auto";
  std::string auth = "none";
  bool allow_anonymous = false;
  std::string log_level = "info";
  bool server_timing = false;
  std::string public_url;
  std::string cors_origins;
  std::string ohif;
  bool virtual_series = false;

  int cpu_slots = 0;  // 0: what keeps the granted processors at work.
  int request_threads = 64;
  int queue_limit = 256;
  absl::Duration request_timeout = absl::Seconds(30);
  absl::Duration drain_timeout = absl::Seconds(30);

  uint64_t archive_cache_bytes = 512ull << 20;
  uint64_t frame_cache_bytes = 512ull << 20;
  uint64_t picture_cache_bytes = 256ull << 20;
  uint64_t volume_cache_bytes = 2ull << 30;
  absl::Duration cache_max_age = absl::Hours(1);
  absl::Duration client_max_age = absl::Hours(1);

  int max_output_dimension = 8192;
  int max_volume_megasamples = 4096;
  int max_measure_megasamples = 64;
  int max_animation_pictures = 256;
  int max_streams = 1000;
  int max_streams_per_principal = 32;
  uint64_t max_stream_message_bytes = 128 << 10;
  absl::Duration stream_idle_timeout = absl::Minutes(10);

  int max_connections = 4096;
  uint64_t max_header_bytes = 32 << 10;
  absl::Duration header_timeout = absl::Seconds(10);
  absl::Duration idle_timeout = absl::Seconds(75);

  uint64_t max_instance_bytes = 512ull << 20;
  uint64_t max_metadata_bytes = 256ull << 20;
  uint64_t max_frame_bytes = 512ull << 20;
  absl::Duration archive_connect_timeout = absl::Seconds(5);
  absl::Duration archive_stall_timeout = absl::Seconds(10);
  int archive_retries = 2;
  std::string archive_ca_file;
  absl::Duration archive_rescan = absl::Seconds(30);
};

// What the command line asks for besides serving.
enum class Command { kServe, kHelp, kVersion, kPrintConfig, kPrintConfigurationPage };

struct CommandLine {
  Command command = Command::kServe;
  Options options;
};

// Reads "--flag=value" (or "--flag" for booleans) over VITRINE_FLAG over the defaults. INVALID_ARGUMENT for anything
// unknown, on the command line or as a VITRINE_ variable, and for a malformed value. `environment` holds "NAME=value"
// strings.
absl::StatusOr<CommandLine> ParseCommandLine(absl::Span<const std::string> arguments,
                                             absl::Span<const std::string> environment);

// Combinations that would not be safe or make no sense: anonymous access on an address that others reach, for example.
absl::Status CheckOptions(const Options& options);

std::string HelpText();
// Markdown: docs/configuration.md.
std::string ConfigurationPage();
// "flag=value" lines; passwords in archive URLs are masked.
std::string PrintableOptions(const Options& options);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_OPTIONS_H_
