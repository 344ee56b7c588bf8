#include "service/app/static_site.h"

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "service/http/problem.h"
#include "service/http/selection.h"

namespace vitrine::service {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPiece = 256 << 10;

absl::string_view TypeOf(absl::string_view name) {
  static constexpr std::pair<absl::string_view, absl::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".wasm", "application/wasm"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".gif", "image/gif"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff", "font/woff"},
      {".woff2", "font/woff2"},
      {".ttf", "font/ttf"},
      {".txt", "text/plain; charset=utf-8"},
  };
  for (const auto& [suffix, type] : kTypes) {
    if (absl::EndsWith(name, suffix)) return type;
  }
  return "application/octet-stream";
}

class FileSource : public http::BodySource {
 public:
  explicit FileSource(std::ifstream file) : file_(std::move(file)) {}

  absl::StatusOr<std::string> Next(const Operation&) override {
    std::string piece(kPiece, '\0');
    file_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<size_t>(file_.gcount()));
    if (file_.bad()) return MakeError(ErrorCategory::kInternal, "a file of the site cannot be read");
    return piece;
  }

 private:
  std::ifstream file_;
};

struct Version {
  uint64_t size = 0;
  std::string etag;
};

std::optional<Version> RegularFile(const fs::path& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  // Packages have one modification time for ever; when a file came here differs.
  const int64_t changed = int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec;
  return Version{static_cast<uint64_t>(status.st_size), absl::StrFormat("\"%x-%x\"", status.st_size, changed)};
}

// A part of at least 8 hexadecimal digits, as bundlers name files whose content never changes.
bool HasContentHash(absl::string_view name) {
  for (const absl::string_view part : absl::StrSplit(name, absl::ByAnyChar(".-"))) {
    if (part.size() >= 8 && part.find_first_not_of("0123456789abcdef") == absl::string_view::npos) return true;
  }
  return false;
}

// The path as the request names it, or nullopt where it could lead out of the folder.
std::optional<std::string> NameOf(const http::Request& request) {
  std::string name;
  for (const std::string& segment : request.segments) {
    if (segment.empty()) continue;
    if (segment.front() == '.' || absl::StrContains(segment, '/') || absl::StrContains(segment, '\0')) {
      return std::nullopt;
    }
    absl::StrAppend(&name, name.empty() ? "" : "/", segment);
  }
  return name;
}

bool NamesFile(absl::string_view name) {
  const absl::string_view last = name.substr(name.rfind('/') + 1);
  const size_t dot = last.rfind('.');
  // The UIDs in the application's paths have dots too, before digits.
  return dot != absl::string_view::npos && last.find_first_not_of("0123456789.") != absl::string_view::npos;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StaticSite>> StaticSite::Open(const std::string& folder) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || !RegularFile(root / "index.html")) {
    return absl::InvalidArgumentError(absl::StrCat("no site with an index.html in ", folder));
  }
  return std::unique_ptr<StaticSite>(new StaticSite(root.string()));
}

http::Response StaticSite::Serve(const http::Request& request, const std::string& request_id) const {
  const auto missing = [&] { return http::ProblemResponse(404, "there is no such resource", request_id); };
  const std::optional<std::string> name = NameOf(request);
  if (!name) return missing();
  std::error_code error;
  fs::path path = fs::canonical(fs::path(root_) / *name, error);
  if (error || !RegularFile(path)) {
    if (NamesFile(*name)) return missing();
    path = fs::path(root_) / "index.html";
  }
  if (!absl::StartsWith(path.string(), absl::StrCat(root_, "/"))) return missing();
  const std::string type(TypeOf(path.string()));
  const std::string file_name = path.filename().string();
  http::Response response;
  for (const auto& [coding, suffix] : {std::pair("br", ".br"), std::pair("gzip", ".gz")}) {
    const fs::path neighbour = path.string() + suffix;
    if (!http::AcceptsCoding(request, coding) || !RegularFile(neighbour)) continue;
    response.Set("Content-Encoding", coding);
    path = neighbour;
    break;
  }
  const std::optional<Version> version = RegularFile(path);
  std::ifstream file(path, std::ios::binary);
  if (!version || !file) return missing();
  response.Set("Content-Type", type).Set("ETag", version->etag).Set("Vary", "Accept-Encoding");
  response.Set("Cache-Control", HasContentHash(file_name) ? "public, max-age=31536000, immutable" : "no-cache");
  // What SharedArrayBuffer, and so OHIF's volumes, need of every page and worker.
  response.Set("Cross-Origin-Opener-Policy", "same-origin").Set("Cross-Origin-Embedder-Policy", "require-corp");
  if (http::MatchesEntityTag(request, version->etag)) {
    response.status = 304;
    return response;
  }
  response.source = std::make_shared<FileSource>(std::move(file));
  response.source_length = version->size;
  return response;
}

std::string OhifConfiguration() {
  return R"js(// Generated: the archive is the server that this page came from.
(() => {
  const root = `${window.location.origin}/dicom-web`;
  const wado = `${window.location.origin}/wado`;
  const common = {
    name: 'vitrine', qidoRoot: root, wadoRoot: root, wadoUriRoot: wado, qidoSupportsIncludeField: true,
    imageRendering: 'wadors', enableStudyLazyLoad: true, supportsFuzzyMatching: false, supportsWildcard: true,
  };
  window.config = {
    routerBasename: '/',
    extensions: [],
    modes: [],
    showStudyList: true,
    showWarningMessageForCrossOrigin: false,
    investigationalUseDialog: { option: 'never' },
    defaultDataSourceName: 'dicomweb',
    dataSources: [{
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'dicomweb',
      configuration: {
        ...common, friendlyName: 'Vitrine', thumbnailRendering: 'thumbnail', thumbnailRequestStrategy: 'fetch',
        singlepart: 'pdf,video', omitQuotationForMultipartRequest: true, supportsReject: false,
        dicomUploadEnabled: false, bulkDataURI: { enabled: true },
      },
    }],
    // Version 2.
    servers: { dicomWeb: [{ ...common, thumbnailRendering: 'wadors' }] },
  };
})();
)js";
}

}  // namespace vitrine::service
