#ifndef VITRINE_SERVICE_HTTP_SERVER_FIXTURE_H_
#define VITRINE_SERVICE_HTTP_SERVER_FIXTURE_H_

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/thread_pool.h"
#include "gtest/gtest.h"
#include "service/http/server.h"

namespace vitrine::http {

// On both paths: with 0 and 2 threads that serve directly.
class ServerTest : public ::testing::TestWithParam<int> {
 protected:
  void Start(ServerOptions options = {}, int threads = 4, int queue = 2) {
    options.listen = "127.0.0.1:0";
    options.direct_threads = GetParam();
    pool_ = std::make_unique<ThreadPool>("test", threads, queue);
    auto server = Server::Start(options, *pool_, [this](const Request& request, const Operation& operation) {
      return handler_(request, operation);
    });
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  void TearDown() override { server_.reset(); }

  Handler handler_ = [](const Request& request, const Operation&) {
    return MakeResponse(200, "text/plain", absl::StrCat(request.method, " ", request.segments.back()));
  };
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<Server> server_;
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_SERVER_FIXTURE_H_
