#include "service/app/viewer_files.h"

#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "service/http/selection.h"
#include "viewer/files.h"
#include "xxhash.h"

namespace vitrine::service {
namespace {

// Everything comes from the service itself; pictures are made of what has been fetched.
constexpr absl::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; object-src 'none'";

struct File {
  absl::string_view path;
  absl::string_view content_type;
  absl::string_view content;
  absl::string_view gzip;  // Empty: not worth it.
};

const File* FindFile(const http::Request& request) {
  constexpr absl::string_view kJavaScript = "text/javascript; charset=utf-8";
  static constexpr File kFiles[] = {
      {"", "text/html; charset=utf-8", viewer::kIndexHtml, viewer::kIndexHtmlGz},
      {"index.html", "text/html; charset=utf-8", viewer::kIndexHtml, viewer::kIndexHtmlGz},
      {"app.js", kJavaScript, viewer::kAppJs, viewer::kAppJsGz},
      {"embed.js", kJavaScript, viewer::kEmbedJs, viewer::kEmbedJsGz},
      {"app-config.js", kJavaScript, viewer::kAppConfigJs, viewer::kAppConfigJsGz},
      {"sw.js", kJavaScript, viewer::kSwJs, viewer::kSwJsGz},
      {"page.css", "text/css; charset=utf-8", viewer::kPageCss, viewer::kPageCssGz},
      {"manifest.webmanifest", "application/manifest+json", viewer::kManifestWebmanifest,
       viewer::kManifestWebmanifestGz},
      {"icon.svg", "image/svg+xml", viewer::kIconSvg, viewer::kIconSvgGz},
      {"icon-192.png", "image/png", viewer::kIcon192Png, {}},
      {"icon-512.png", "image/png", viewer::kIcon512Png, {}},
  };
  if (request.segments.size() > 1) return nullptr;
  const absl::string_view path =
      request.segments.empty() ? absl::string_view() : absl::string_view(request.segments[0]);
  for (const File& file : kFiles) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

// Each coding has its own.
std::string EntityTag(absl::string_view content) {
  const XXH128_hash_t hash = XXH3_128bits(content.data(), content.size());
  return absl::StrFormat("\"%016x%016x\"", hash.high64, hash.low64);
}

}  // namespace

std::optional<http::Response> ViewerFile(const http::Request& request) {
  const File* file = FindFile(request);
  if (file == nullptr) return std::nullopt;
  const bool compressed = !file->gzip.empty() && http::AcceptsCoding(request, "gzip");
  const absl::string_view content = compressed ? file->gzip : file->content;
  const std::string etag = EntityTag(content);
  const bool known = http::MatchesEntityTag(request, etag);
  http::Response response;
  if (known) {
    response.status = 304;
  } else {
    response = http::MakeResponse(200, file->content_type, std::string(content));
    if (compressed) response.Set("Content-Encoding", "gzip");
  }
  // Asked for again each time, and hardly ever sent again: a new version of the service is seen at once.
  response.Set("Cache-Control", "no-cache").Set("ETag", etag).Set("Vary", "Accept-Encoding");
  response.Set("Content-Security-Policy", kContentSecurityPolicy);
  response.Set("Referrer-Policy", "no-referrer").Set("X-Content-Type-Options", "nosniff");
  return response;
}

}  // namespace vitrine::service
