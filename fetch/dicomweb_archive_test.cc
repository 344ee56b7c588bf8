#include "fetch/dicomweb_archive.h"

#include <atomic>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "fetch/test_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::fetch {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using Connection = TestServer::Connection;

const ResourcePath kPath = {"1.2", "1.2.3", "1.2.3.4"};

std::string Part10(const std::string& payload) { return std::string(128, '\0') + "DICM" + payload; }

std::string Multipart(const std::string& payload) {
  return absl::StrCat("--B\r\nContent-Type: application/dicom\r\n\r\n", payload, "\r\n--B--\r\n");
}

std::unique_ptr<DicomwebArchive> Open(const std::string& root) {
  DicomwebArchiveOptions options;
  options.http.retry_delay = absl::Milliseconds(5);
  options.max_instance_bytes = 1 << 20;
  options.max_json_bytes = 1 << 20;
  auto archive = DicomwebArchive::Open(root, options);
  EXPECT_THAT(archive, IsOk());
  return *std::move(archive);
}

// A server with one answer to everything.
class OneAnswer : public TestServer {
 public:
  OneAnswer(std::string status, std::string headers, std::string body)
      : TestServer([answer = Answer(status, headers, body)](const std::string&, Connection& connection) {
          return connection.Send(answer);
        }) {}
};

template <typename Result>
void ExpectError(const Result& result, ErrorCategory category) {
  const absl::Status& status = testing::StatusOf(result);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(ErrorCategoryName(CategoryOf(status)), ErrorCategoryName(category)) << status;
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("127.0.0.1")));
}

TEST(DicomwebArchiveTest, QueriesAsTheStandardSays) {
  OneAnswer server("200 OK", "Content-Type: application/dicom+json\r\nWarning: 299 pacs: more\r\n", " [{}]\n");
  const auto archive = Open(server.url() + "/root/");
  ASSERT_OK_AND_ASSIGN(const QueryResult result,
                       archive->Query(QueryLevel::kInstances, {"1.2", "1.2.3", ""}, "PatientName=A%2A&limit=2", {}));
  EXPECT_EQ(result.json, "[{}]");
  EXPECT_EQ(result.warning, "299 pacs: more");
  const std::string head = server.heads().front();
  EXPECT_THAT(head, HasSubstr("GET /root/studies/1.2/series/1.2.3/instances?PatientName=A%2A&limit=2 HTTP/1.1"));
  EXPECT_THAT(head, HasSubstr("Accept: application/dicom+json\r\n"));
}

TEST(DicomwebArchiveTest, CredentialsComeFromTheUrlAndGoNowhereElse) {
  OneAnswer server("401 Unauthorized", "WWW-Authenticate: Basic\r\n", "");
  std::string url = server.url();
  const auto archive = Open(url.insert(7, "jane:s%40fe@"));
  const auto result = archive->Query(QueryLevel::kStudies, {}, "", {});
  ExpectError(result, ErrorCategory::kArchiveProtocol);
  EXPECT_EQ(result.status().message(), "the archive refused our credentials");
  EXPECT_THAT(result.status().ToString(), Not(HasSubstr("s@fe")));
  EXPECT_THAT(server.heads().front(), HasSubstr("Authorization: Basic amFuZTpzQGZl\r\n"));  // base64 of jane:s@fe
}

TEST(DicomwebArchiveTest, NoContentMeansNoMatch) {
  OneAnswer server("204 No Content", "", "");
  const auto archive = Open(server.url());
  ASSERT_OK_AND_ASSIGN(const QueryResult result, archive->Query(QueryLevel::kStudies, {}, "", {}));
  EXPECT_EQ(result.json, "[]");
  ExpectError(archive->Metadata(kPath, {}), ErrorCategory::kNotFound);
  ExpectError(archive->Instance(kPath, {}), ErrorCategory::kNotFound);
}

struct AnswerCase {
  const char* name;
  std::string status;
  std::string headers;
  std::string body;
  ErrorCategory query;
  ErrorCategory instance;
};

class DicomwebAnswerTest : public ::testing::TestWithParam<AnswerCase> {};

TEST_P(DicomwebAnswerTest, BecomesACategory) {
  OneAnswer server(GetParam().status, GetParam().headers, GetParam().body);
  const auto archive = Open(server.url());
  ExpectError(archive->Query(QueryLevel::kStudies, {}, "", {}), GetParam().query);
  ExpectError(archive->Instance(kPath, {}), GetParam().instance);
}

std::vector<AnswerCase> AnswerCases() {
  const ErrorCategory protocol = ErrorCategory::kArchiveProtocol;
  const ErrorCategory missing = ErrorCategory::kNotFound;
  const ErrorCategory down = ErrorCategory::kArchiveUnreachable;
  const std::string html = "Content-Type: text/html\r\n";
  return {
      {"not_found", "404 Not Found", html, "<html>", missing, missing},
      {"gone", "410 Gone", "", "", missing, missing},
      {"bad_request", "400 Bad Request", "", "", ErrorCategory::kInvalidRequest, protocol},
      {"forbidden", "403 Forbidden", "", "", protocol, protocol},
      {"server_error", "500 Oops", "", "", protocol, protocol},
      {"unavailable", "503 Busy", "", "", down, down},
      {"gateway_timeout", "504 Slow", "", "", ErrorCategory::kArchiveTimeout, ErrorCategory::kArchiveTimeout},
      {"login_page", "200 OK", html, "<!DOCTYPE html><title>Log in</title>", protocol, protocol},
      {"html_called_json", "200 OK", "Content-Type: application/dicom+json\r\n", "<html></html>", protocol, protocol},
      {"json_object", "200 OK", "Content-Type: application/dicom+json\r\n", "{\"error\":1}", protocol, protocol},
      {"json_cut", "200 OK", "Content-Type: application/dicom+json\r\n", "[{\"000800", protocol, protocol},
      {"json_nested", "200 OK", "Content-Type: application/dicom+json\r\n", "[[[]]]", protocol, protocol},
      {"zipped", "200 OK", "Content-Encoding: gzip\r\nContent-Type: application/dicom+json\r\n", "[]", protocol,
       protocol},
      {"too_large", "200 OK", "Content-Type: application/dicom+json\r\n", std::string(2 << 20, '['),
       ErrorCategory::kTooLarge, ErrorCategory::kTooLarge},
      {"empty_multipart", "200 OK", "Content-Type: multipart/related; boundary=B\r\n", "--B--\r\n", protocol, protocol},
      {"other_part", "200 OK", "Content-Type: multipart/related; boundary=B\r\n", Multipart(std::string(200, 'x')),
       protocol, protocol},
  };
}

INSTANTIATE_TEST_SUITE_P(Wild, DicomwebAnswerTest, ::testing::ValuesIn(AnswerCases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(DicomwebArchiveTest, TakesAnInstanceInEveryWrapping) {
  const std::string file = Part10(std::string("\r\n--B\r\n is only payload\0--B--", 29));
  const std::string with_length = absl::StrCat("--B\r\nContent-Length: ", file.size(),
                                               "\r\nContent-Type: application/dicom\r\n\r\n", file, "\r\n--B--\r\n");
  const std::string plain = Part10("pixels");
  struct {
    std::string content_type, body, expected;
  } const cases[] = {
      {"multipart/related; type=\"application/dicom\"; boundary=B", Multipart(plain), plain},
      {"multipart/related; type=application/dicom; boundary=\"B\"", Multipart(plain), plain},
      {"multipart/related; type=\"application/dicom\"; boundary=B", with_length, file},
      {"multipart/related", plain, plain},
      {"application/dicom", plain, plain},
      {"application/octet-stream", plain, plain},
  };
  for (const auto& c : cases) {
    OneAnswer server("200 OK", absl::StrCat("Content-Type: ", c.content_type, "\r\n"), c.body);
    ASSERT_OK_AND_ASSIGN(const Bytes bytes, Open(server.url())->Instance(kPath, {}));
    EXPECT_EQ(*bytes, c.expected) << c.content_type;
    EXPECT_THAT(server.heads().front(), HasSubstr("GET /studies/1.2/series/1.2.3/instances/1.2.3.4 HTTP/1.1"));
  }
}

TEST(DicomwebArchiveTest, FindsTheAcceptHeaderThatTheServerUnderstandsAndRemembersIt) {
  const std::string file = Part10("x");
  TestServer server([&](const std::string& head, Connection& connection) {
    const bool good = absl::StrContains(head, "Accept: application/dicom; transfer-syntax=*\r\n");
    return connection.Send(good ? TestServer::Answer("200 OK", "Content-Type: application/dicom\r\n", file)
                                : TestServer::Answer("406 Not Acceptable", "", ""));
  });
  const auto archive = Open(server.url());
  ASSERT_OK_AND_ASSIGN(const Bytes first, archive->Instance(kPath, {}));
  EXPECT_EQ(*first, file);
  ASSERT_EQ(server.heads().size(), 3u);
  EXPECT_THAT(server.heads()[0],
              HasSubstr("Accept: multipart/related; type=\"application/dicom\"; transfer-syntax=*\r\n"));
  EXPECT_THAT(server.heads()[1], HasSubstr("Accept: multipart/related; type=application/dicom; transfer-syntax=*\r\n"));
  ASSERT_THAT(archive->Instance(kPath, {}), IsOk());
  EXPECT_EQ(server.heads().size(), 4u);
}

// A server that accepts what `accepts` says of the Accept header.
class ChoosyServer : public TestServer {
 public:
  explicit ChoosyServer(std::function<bool(const std::string& head)> accepts)
      : TestServer([accepts = std::move(accepts)](const std::string& head, Connection& connection) {
          return connection.Send(accepts(head) ? Answer("200 OK", "Content-Type: application/dicom\r\n", Part10("x"))
                                               : Answer("406 Not Acceptable", "", ""));
        }) {}
};

const char kBestForm[] = "Accept: multipart/related; type=\"application/dicom\"; transfer-syntax=*\r\n";
const char kUnquotedForm[] = "Accept: multipart/related; type=application/dicom; transfer-syntax=*\r\n";
const char kSinglePartForm[] = "Accept: application/dicom; transfer-syntax=*\r\n";

TEST(DicomwebArchiveTest, AStrayRefusalDoesNotPinALesserForm) {
  std::atomic<int> requests = 0;
  ChoosyServer server([&](const std::string&) { return ++requests > 3; });
  const auto archive = Open(server.url());
  ASSERT_THAT(archive->Instance(kPath, {}), IsOk());
  EXPECT_THAT(server.heads().back(), HasSubstr("Accept: multipart/related; type=\"application/dicom\"\r\n"));
  for (int i = 0; i < 200; ++i) ASSERT_THAT(archive->Instance(kPath, {}), IsOk());
  EXPECT_THAT(server.heads().back(), HasSubstr(kBestForm));
}

TEST(DicomwebArchiveTest, WhereTheRememberedFormIsRefusedTheBestComesNext) {
  std::atomic<bool> changed = false;
  ChoosyServer server(
      [&](const std::string& head) { return absl::StrContains(head, changed ? kUnquotedForm : kSinglePartForm); });
  const auto archive = Open(server.url());
  ASSERT_THAT(archive->Instance(kPath, {}), IsOk());
  changed = true;
  ASSERT_THAT(archive->Instance(kPath, {}), IsOk());
  const std::vector<std::string> heads = server.heads();
  ASSERT_EQ(heads.size(), 6u);
  EXPECT_THAT(heads[3], HasSubstr(kSinglePartForm));
  EXPECT_THAT(heads[4], HasSubstr(kBestForm));
  EXPECT_THAT(heads[5], HasSubstr(kUnquotedForm));
}

TEST(DicomwebArchiveTest, ACutInstanceIsUnreachable) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Type: application/dicom\r\nContent-Length: 500\r\n\r\n" + Part10("x"));
    return false;
  });
  ExpectError(Open(server.url())->Instance(kPath, {}), ErrorCategory::kArchiveUnreachable);
}

TEST(DicomwebArchiveTest, TakesArraysOfObjectsHoweverTheyAreSpaced) {
  for (const char* body : {"[]", "[ ]", "\xEF\xBB\xBF[\r\n]\r\n", "[{}]", " [\n\t{ } ] "}) {
    OneAnswer server("200 OK", "Content-Type: application/dicom+json\r\n", body);
    EXPECT_THAT(Open(server.url())->Query(QueryLevel::kStudies, {}, "", {}), IsOk()) << body;
  }
}

TEST(DicomwebArchiveTest, CheckAsksForOneStudy) {
  OneAnswer up("200 OK", "Content-Type: application/dicom+json\r\n", "[]");
  EXPECT_THAT(Open(up.url())->Check({}), IsOk());
  EXPECT_THAT(up.heads().front(), HasSubstr("GET /studies?limit=1 HTTP/1.1"));
  OneAnswer down("503 Busy", "", "");
  ExpectError(Open(down.url())->Check({}), ErrorCategory::kArchiveUnreachable);
}

TEST(DicomwebArchiveTest, AQueryCannotSplitTheRequest) {
  OneAnswer server("200 OK", "", "[]");
  for (const char* query : {"a=b c", "a=\r\nX: y", "a=b#c", "a=\xC3\xA4"}) {
    ExpectError(Open(server.url())->Query(QueryLevel::kStudies, {}, query, {}), ErrorCategory::kInvalidRequest);
  }
  EXPECT_TRUE(server.heads().empty());
}

TEST(DicomwebArchiveTest, RefusesRootsThatAreNone) {
  for (const char* root : {"", "ftp://host/x", "http://", "http://host/?a=b", "host/dicom-web"}) {
    const auto archive = DicomwebArchive::Open(root, {});
    EXPECT_FALSE(archive.ok()) << root;
  }
  const auto secret = DicomwebArchive::Open("ftp://user:secret@host/", {});
  EXPECT_THAT(secret.status().ToString(), Not(HasSubstr("secret")));
}

const ResourcePath kSeries = {"1.2", "1.2.3", ""};
constexpr char kMultipartHeader[] = "Content-Type: multipart/related; type=\"application/dicom\"; boundary=B\r\n";

std::string Parts(const std::vector<std::string>& payloads) {
  std::string body;
  for (const std::string& payload : payloads) absl::StrAppend(&body, "--B\r\n\r\n", payload, "\r\n");
  return body;
}

// What a series' stream gives until it ends; the error that ends it is the last element.
std::vector<absl::StatusOr<std::string>> Stream(DicomwebArchive& archive, const Operation& operation = {}) {
  std::vector<absl::StatusOr<std::string>> files;
  const auto stream = archive.Instances(kSeries, operation);
  if (!stream.ok()) return {stream.status()};
  while (true) {
    const absl::StatusOr<Bytes> file = (*stream)->Next(operation);
    if (!file.ok()) files.push_back(file.status());
    if (!file.ok() || *file == nullptr) return files;
    files.push_back(**file);
  }
}

TEST(DicomwebArchiveTest, ASeriesComesInOneAnswer) {
  const std::string large = Part10(std::string(700'000, 'x'));
  OneAnswer server("200 OK", kMultipartHeader, Parts({Part10("a"), large, Part10("b")}) + "--B--");
  const auto archive = Open(server.url());
  const auto files = Stream(*archive);
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].value_or(""), Part10("a"));
  EXPECT_EQ(files[1].value_or(""), large);
  EXPECT_EQ(files[2].value_or(""), Part10("b"));
  EXPECT_THAT(server.heads().front(), HasSubstr("GET /studies/1.2/series/1.2.3 HTTP/1.1"));
  EXPECT_THAT(server.heads().front(), HasSubstr("transfer-syntax=*"));
}

TEST(DicomwebArchiveTest, ASeriesThatBreaksOffIsNoSeries) {
  const std::vector<std::string> bodies = {Parts({Part10("a")}) + "--B\r\n", Parts({Part10("a"), "no DICOM"}) + "--B--",
                                           Parts({Part10("a")}) + "--B\r\n\r\n" + std::string(2 << 20, 'x')};
  for (const std::string& body : bodies) {
    OneAnswer server("200 OK", kMultipartHeader, body);
    const auto archive = Open(server.url());
    const auto files = Stream(*archive);
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].value_or(""), Part10("a"));
    ExpectError(files[1], body.size() > (1 << 20) ? ErrorCategory::kTooLarge : ErrorCategory::kArchiveProtocol);
  }
}

TEST(DicomwebArchiveTest, ServersThatSendNoSeries) {
  const auto error = [](const std::string& status, const std::string& headers) {
    OneAnswer server(status, headers, "");
    const auto archive = Open(server.url());
    return Stream(*archive).front().status();
  };
  ExpectError(error("406 Not Acceptable", ""), ErrorCategory::kNotAcceptable);
  ExpectError(error("204 No Content", ""), ErrorCategory::kNotFound);
  ExpectError(error("404 Not Found", ""), ErrorCategory::kNotFound);
  ExpectError(error("200 OK", "Content-Type: application/zip\r\n"), ErrorCategory::kArchiveProtocol);
}

TEST(DicomwebArchiveTest, TheOtherQuotingIsTriedForASeries) {
  TestServer server([](const std::string& head, Connection& connection) {
    const bool quoted = absl::StrContains(head, "type=\"application/dicom\"");
    return connection.Send(quoted ? TestServer::Answer("400 Bad Request", "", "")
                                  : TestServer::Answer("200 OK", kMultipartHeader, Parts({Part10("a")}) + "--B--"));
  });
  const auto archive = Open(server.url());
  ASSERT_EQ(Stream(*archive).size(), 1u);
}

TEST(DicomwebArchiveTest, AStreamOfInstancesEndsWithItsOperation) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send(absl::StrCat("HTTP/1.1 200 OK\r\n", kMultipartHeader, "\r\n", Parts({Part10("a")}), "--B\r\n\r\n"));
    EXPECT_TRUE(connection.AwaitClose(absl::Seconds(20)));
    return false;
  });
  const auto archive = Open(server.url());
  Operation operation;
  operation.deadline = absl::Now() + absl::Milliseconds(200);
  const auto files = Stream(*archive, operation);
  ASSERT_EQ(files.size(), 2u);
  ExpectError(files[1], ErrorCategory::kDeadline);
}

}  // namespace
}  // namespace vitrine::fetch
