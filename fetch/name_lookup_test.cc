// A name that nobody resolves in time must not hold up the other transfers of HttpClient.

#include <dlfcn.h>
#include <netdb.h>

#include <string>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "fetch/http_client.h"
#include "fetch/test_http_client.h"
#include "fetch/test_server.h"
#include "gtest/gtest.h"

namespace {

absl::Notification asked;     // The look-up of slow.test has begun.
absl::Notification answered;  // It may end.
absl::Notification returned;  // It has ended.

}  // namespace

// Takes the place of the C library's function for libcurl.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  if (node != nullptr && std::string(node) == "slow.test") {
    asked.Notify();
    answered.WaitForNotification();
    returned.Notify();
    return EAI_AGAIN;
  }
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, result);
}

namespace vitrine::fetch {
namespace {

using testing::IsOk;

Operation Within(absl::Duration duration) {
  Operation operation;
  operation.deadline = absl::Now() + duration;
  return operation;
}

TEST(NameLookupTest, ASlowOneHoldsUpNobodyElse) {
  TestServer server([](const std::string&, TestServer::Connection& connection) {
    return connection.Send(TestServer::Answer("200 OK", "", "x"));
  });
  {
    const auto client = MakeClient();
    ExpectError(client->Get(Request("http://slow.test/"), Within(absl::Milliseconds(200))), ErrorCategory::kDeadline);
    EXPECT_TRUE(asked.WaitForNotificationWithTimeout(absl::Seconds(5)));
    EXPECT_THAT(client->Get(Request(server.url()), Within(absl::Seconds(5))), IsOk());
    if (::testing::Test::HasFailure()) answered.Notify();  // Or the client would never be destroyed.
  }
  if (!answered.HasBeenNotified()) answered.Notify();
  returned.WaitForNotification();
}

}  // namespace
}  // namespace vitrine::fetch
