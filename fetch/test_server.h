#ifndef VITRINE_FETCH_TEST_SERVER_H_
#define VITRINE_FETCH_TEST_SERVER_H_

// A TCP server on a free loopback port that answers HTTP requests with whatever bytes a test wants. Tests only.

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace vitrine::fetch {

class TestServer {
 public:
  class Connection {
   public:
    explicit Connection(int socket) : socket_(socket) {}
    // False when the client has gone.
    bool Send(const std::string& bytes);
    // Waits until the client closes the connection; false when that takes longer.
    bool AwaitClose(absl::Duration limit);
    // The head of the next request, "" when the client has gone.
    std::string ReadHead();
    void Reset();  // Closes with RST instead of FIN.

   private:
    const int socket_;
  };

  // Called on a thread of its own for every request; `head` has the request line and headers. The connection stays open
  // for the next request while it returns true.
  using Handler = std::function<bool(const std::string& head, Connection& connection)>;

  // `port`: 0 for any that is free.
  explicit TestServer(Handler handler, int port = 0);
  ~TestServer();

  std::string url() const;  // http://127.0.0.1:PORT
  int port() const { return port_; }
  std::vector<std::string> heads() const;
  int connections() const { return connections_; }

  // An answer with the right length.
  static std::string Answer(const std::string& status, const std::string& headers, const std::string& body);

 private:
  void Accept();
  void Serve(int socket);

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  mutable absl::Mutex mutex_;
  std::vector<std::string> heads_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> sockets_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  std::thread acceptor_;
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_TEST_SERVER_H_
