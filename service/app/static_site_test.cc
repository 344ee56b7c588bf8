#include "service/app/static_site.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_split.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class StaticSiteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / "static_site" / "dist";
    fs::remove_all(folder_.parent_path());
    fs::create_directories(folder_ / "assets");
    Write("index.html", "<html>");
    Write("app.bundle.0123456789abcdef.js", "bundle");
    Write("app.bundle.0123456789abcdef.js.gz", "zipped");
    Write("assets/1.2.840.txt", "text");
    Write(".secret", "secret");
    std::ofstream(folder_.parent_path() / "outside.txt") << "outside";
    fs::create_symlink(folder_.parent_path() / "outside.txt", folder_ / "link.txt");
    auto site = StaticSite::Open(folder_.string());
    ASSERT_TRUE(site.ok()) << site.status();
    site_ = *std::move(site);
  }

  void Write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }

  http::Response Get(const std::string& path, http::Fields headers = {}) const {
    http::Request request;
    request.method = "GET";
    request.segments = absl::StrSplit(path, '/');
    request.headers = std::move(headers);
    return site_->Serve(request, "id");
  }

  static std::string Body(const http::Response& response) {
    std::string body;
    while (response.source != nullptr) {
      const auto piece = response.source->Next({});
      if (!piece.ok() || piece->empty()) break;
      body += *piece;
    }
    EXPECT_EQ(body.size(), response.source_length.value_or(0));
    return body;
  }

  static std::string Header(const http::Response& response, absl::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  fs::path folder_;
  std::unique_ptr<StaticSite> site_;
};

TEST_F(StaticSiteTest, ServesFilesWithTheirTypes) {
  const http::Response bundle = Get("app.bundle.0123456789abcdef.js");
  EXPECT_EQ(bundle.status, 200);
  EXPECT_EQ(Body(bundle), "bundle");
  EXPECT_EQ(Header(bundle, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_THAT(Header(bundle, "Cache-Control"), HasSubstr("immutable"));
  EXPECT_EQ(Header(bundle, "Cross-Origin-Embedder-Policy"), "require-corp");
  EXPECT_EQ(Body(Get("assets/1.2.840.txt")), "text");
}

TEST_F(StaticSiteTest, PathsOfTheApplicationAreItsIndex) {
  for (const char* path : {"", "viewer", "viewer/1.2.840.1", "callback", "viewer/dicomweb"}) {
    const http::Response index = Get(path);
    EXPECT_EQ(index.status, 200) << path;
    EXPECT_EQ(Body(index), "<html>") << path;
    EXPECT_EQ(Header(index, "Cache-Control"), "no-cache");
    EXPECT_EQ(Header(index, "Cross-Origin-Opener-Policy"), "same-origin");
  }
}

TEST_F(StaticSiteTest, AMissingFileIsMissing) {
  for (const char* path : {"missing.js", "assets/missing.wasm", "sw.js"}) EXPECT_EQ(Get(path).status, 404) << path;
}

TEST_F(StaticSiteTest, NothingLeadsOutOfTheFolder) {
  for (const char* path : {"../outside.txt", "assets/../../outside.txt", "link.txt", ".secret", "assets/..", "."}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
  // What was percent-encoded in the request.
  http::Request request;
  request.method = "GET";
  request.segments = {"../outside.txt"};
  EXPECT_EQ(site_->Serve(request, "id").status, 404);
  request.segments = {std::string("index.html\0.js", 14)};
  EXPECT_EQ(site_->Serve(request, "id").status, 404);
}

TEST_F(StaticSiteTest, SendsTheCompressedNeighbour) {
  const http::Response zipped = Get("app.bundle.0123456789abcdef.js", {{"accept-encoding", "gzip, deflate, br"}});
  EXPECT_EQ(Body(zipped), "zipped");
  EXPECT_EQ(Header(zipped, "Content-Encoding"), "gzip");
  EXPECT_EQ(Header(zipped, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(Header(zipped, "Vary"), "Accept-Encoding");
}

TEST_F(StaticSiteTest, AnUnchangedFileIsNotSentAgain) {
  const std::string etag = Header(Get(""), "ETag");
  const http::Response again = Get("", {{"if-none-match", etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.source, nullptr);
}

TEST_F(StaticSiteTest, AFolderWithoutIndexIsRefused) {
  EXPECT_FALSE(StaticSite::Open((folder_ / "assets").string()).ok());
  EXPECT_FALSE(StaticSite::Open((folder_ / "none").string()).ok());
}

}  // namespace
}  // namespace vitrine::service
