#include "service/app/options_table.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace vitrine::service {
namespace {

const std::vector<OptionRow>& Rows() {
  static const auto* const rows = new std::vector<OptionRow>{
      {"http_listen", &Options::http_listen, "Address of DICOMweb and the viewer; port 0 picks a free one."},
      {"grpc_listen", &Options::grpc_listen, "Address of gRPC, health and reflection."},
      {"admin_listen", &Options::admin_listen, "Address of /livez, /readyz and /metrics; keep it private."},
      {"archive", &Options::archives,
       "NAME=URL of an archive, repeatable (separated by spaces in the environment); URL is dir:PATH, demo: or "
       "http(s)://[USER:PASSWORD@]HOST/PATH; the first one is the default."},
      {"renderer", &Options::renderer,
       "auto (a GPU where there is one, else the CPU), gpu (refuses software GL), egl (any EGL device), cpu."},
      {"auth", &Options::auth, "none: everybody may see everything."},
      {"allow_anonymous", &Options::allow_anonymous, "Allows --auth=none on an address that other machines reach."},
      {"log_level", &Options::log_level, "debug, info, warning or error."},
      {"server_timing", &Options::server_timing, "Adds Server-Timing to rendered answers."},
      {"public_url", &Options::public_url,
       "URL of this server as clients know it, for the URIs in its answers; without it, X-Forwarded-Proto, -Host and "
       "-Prefix or the Host header say so."},
      {"cors_origins", &Options::cors_origins,
       "Origins (https://host:port, separated by commas) whose pages may read the answers, or * for all, which "
       "--auth=none alone allows; none by default."},
      {"ohif", &Options::ohif,
       "Folder of an OHIF site (its dist), served at / with a configuration for this server; the viewer is then at "
       "/vitrine/."},
      {"virtual_series", &Options::virtual_series,
       "Shows every volume of a study to DICOMweb clients as further series: reformations in two directions, a "
       "thick-slab "
       "MIP and a turn in 3D, rendered when their frames are asked for."},
      {"cpu_slots", &Options::cpu_slots,
       "Decodes, renders and encodes at once; 0: what keeps the granted processors at work."},
      {"request_threads", &Options::request_threads,
       "Requests in work at once, those that wait for archives included; as many more as there are processors "
       "serve HTTP connections directly."},
      {"queue_limit", &Options::queue_limit, "Requests that may wait for a thread; further ones are refused with 429."},
      {"request_timeout", &Options::request_timeout, "The longest that a request may take."},
      {"drain_timeout", &Options::drain_timeout, "How long SIGTERM waits for running requests."},
      {"archive_cache_bytes", Bytes{&Options::archive_cache_bytes}, "Budget of fetched instances."},
      {"frame_cache_bytes", Bytes{&Options::frame_cache_bytes}, "Budget of decoded frames."},
      {"picture_cache_bytes", Bytes{&Options::picture_cache_bytes}, "Budget of encoded pictures."},
      {"volume_cache_bytes", Bytes{&Options::volume_cache_bytes},
       "Budget of volumes in memory, those that load or are being rendered included; a larger one is refused."},
      {"cache_max_age", &Options::cache_max_age, "After it, what is cached is fetched from the archive again."},
      {"client_max_age", &Options::client_max_age, "How long browsers may keep pictures (Cache-Control: private)."},
      {"max_output_dimension", &Options::max_output_dimension, "Widest and highest picture, in pixels."},
      {"max_volume_megasamples", &Options::max_volume_megasamples,
       "Samples of a volume that one picture may take, in units of 1048576."},
      {"max_animation_pictures", &Options::max_animation_pictures, "Pictures of one animation."},
      {"max_streams", &Options::max_streams, "Streams at once, over WebSocket and gRPC; further ones are refused."},
      {"max_streams_per_principal", &Options::max_streams_per_principal,
       "The same for one caller who is known by name."},
      {"max_stream_message_bytes", Bytes{&Options::max_stream_message_bytes}, "Largest message of a stream's client."},
      {"stream_idle_timeout", &Options::stream_idle_timeout, "How long a stream without updates is kept."},
      {"max_measure_megasamples", &Options::max_measure_megasamples,
       "Pixels, or samples of a volume, that one request may measure, in units of 1048576; at most 1024."},
      {"max_connections", &Options::max_connections, "HTTP connections at once."},
      {"max_header_bytes", Bytes{&Options::max_header_bytes}, "Largest HTTP request header."},
      {"header_timeout", &Options::header_timeout, "The longest that a client may take to send a request."},
      {"idle_timeout", &Options::idle_timeout, "How long an idle HTTP connection is kept."},
      {"max_instance_bytes", Bytes{&Options::max_instance_bytes},
       "Largest instance that is fetched; at most --archive_cache_bytes."},
      {"max_metadata_bytes", Bytes{&Options::max_metadata_bytes}, "Largest search or metadata answer of an archive."},
      {"max_frame_bytes", Bytes{&Options::max_frame_bytes}, "Largest decoded frame."},
      {"archive_connect_timeout", &Options::archive_connect_timeout, "For a connection to an archive."},
      {"archive_stall_timeout", &Options::archive_stall_timeout, "The longest that an archive may send nothing."},
      {"archive_retries", &Options::archive_retries, "Further tries after a failed connection or 502, 503, 504."},
      {"archive_ca_file", &Options::archive_ca_file, "PEM file of the authorities that sign archives' certificates."},
      {"archive_rescan", &Options::archive_rescan, "How often a dir: archive looks for changed files."},
  };
  return *rows;
}

absl::Status ParseBytes(absl::string_view text, uint64_t& bytes) {
  int shift = 0;
  for (const auto& [suffix, bits] : {std::pair<absl::string_view, int>{"KiB", 10}, {"MiB", 20}, {"GiB", 30}}) {
    if (absl::ConsumeSuffix(&text, suffix)) shift = bits;
  }
  if (!absl::SimpleAtoi(text, &bytes) || bytes > (UINT64_MAX >> shift)) {
    return absl::InvalidArgumentError("give a size such as 512MiB");
  }
  bytes <<= shift;
  return absl::OkStatus();
}

absl::Status ParseArchive(absl::string_view text, std::vector<ArchiveOption>& archives) {
  const size_t equals = text.find('=');
  // "http://host/dicom-web?a=b" has an equals sign too, but no name has a colon or a slash.
  const bool named = equals != absl::string_view::npos && text.substr(0, equals).find_first_of(":/") == text.npos;
  ArchiveOption archive;
  archive.name = named ? std::string(text.substr(0, equals)) : archives.empty() ? "default" : "";
  archive.url = std::string(named ? text.substr(equals + 1) : text);
  const bool plain = !archive.name.empty() &&
                     archive.name.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == std::string::npos;
  if (!plain) return absl::InvalidArgumentError("give NAME=URL; a name holds letters, digits, '-' and '_'");
  for (const ArchiveOption& other : archives) {
    if (other.name == archive.name) return absl::InvalidArgumentError("two archives have the same name");
  }
  archives.push_back(std::move(archive));
  return absl::OkStatus();
}

struct Set {
  absl::string_view value;
  Options& options;

  absl::Status operator()(std::string Options::*member) const {
    options.*member = std::string(value);
    return absl::OkStatus();
  }
  absl::Status operator()(bool Options::*member) const {
    if (absl::SimpleAtob(value, &(options.*member))) return absl::OkStatus();
    return absl::InvalidArgumentError("give true or false");
  }
  absl::Status operator()(int Options::*member) const {
    if (absl::SimpleAtoi(value, &(options.*member)) && options.*member >= 0) return absl::OkStatus();
    return absl::InvalidArgumentError("give an integer from 0 on");
  }
  absl::Status operator()(Bytes bytes) const { return ParseBytes(value, options.*bytes.member); }
  absl::Status operator()(absl::Duration Options::*member) const {
    if (absl::ParseDuration(value, &(options.*member)) && options.*member >= absl::ZeroDuration()) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError("give a duration such as 10s");
  }
  absl::Status operator()(std::vector<ArchiveOption> Options::*member) const {
    return ParseArchive(value, options.*member);
  }
};

std::string FormatBytes(uint64_t bytes) {
  for (const auto& [suffix, bits] : {std::pair<absl::string_view, int>{"GiB", 30}, {"MiB", 20}, {"KiB", 10}}) {
    if (bytes != 0 && bytes % (1ull << bits) == 0) return absl::StrCat(bytes >> bits, suffix);
  }
  return absl::StrCat(bytes);
}

// "https://user:secret@host/path" -> "https://user:***@host/path". Up to the last '@': a password may hold anything.
std::string WithoutPassword(const std::string& url) {
  const size_t scheme = url.find("://");
  const size_t at = url.rfind('@');
  if (scheme == std::string::npos || at == std::string::npos || at < scheme) return url;
  const size_t colon = url.find(':', scheme + 3);
  if (colon > at) return url;
  return absl::StrCat(url.substr(0, colon + 1), "***", url.substr(at));
}

struct Get {
  const Options& options;

  std::vector<std::string> operator()(std::string Options::*member) const { return {options.*member}; }
  std::vector<std::string> operator()(bool Options::*member) const { return {options.*member ? "true" : "false"}; }
  std::vector<std::string> operator()(int Options::*member) const { return {absl::StrCat(options.*member)}; }
  std::vector<std::string> operator()(Bytes bytes) const { return {FormatBytes(options.*bytes.member)}; }
  std::vector<std::string> operator()(absl::Duration Options::*member) const {
    return {absl::FormatDuration(options.*member)};
  }
  std::vector<std::string> operator()(std::vector<ArchiveOption> Options::*member) const {
    std::vector<std::string> values;
    for (const ArchiveOption& archive : options.*member) {
      values.push_back(absl::StrCat(archive.name, "=", WithoutPassword(archive.url)));
    }
    return values;
  }
};

}  // namespace

absl::Span<const OptionRow> OptionRows() { return Rows(); }

absl::Status SetOption(const OptionRow& row, absl::string_view value, Options& options) {
  const absl::Status status = std::visit(Set{value, options}, row.member);
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrCat("--", row.name, ": ", status.message()));
}

std::vector<std::string> OptionValues(const OptionRow& row, const Options& options) {
  return std::visit(Get{options}, row.member);
}

}  // namespace vitrine::service
