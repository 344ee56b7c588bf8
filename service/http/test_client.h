#ifndef VITRINE_SERVICE_HTTP_TEST_CLIENT_H_
#define VITRINE_SERVICE_HTTP_TEST_CLIENT_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/http/address.h"

namespace vitrine::http {

// A client that speaks bytes, so that it can misbehave.
class Client {
 public:
  explicit Client(const std::string& address) {
    const HostPort target = *ParseHostPort(address);
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in name = {};
    name.sin_family = AF_INET;
    name.sin_port = htons(target.port);
    inet_pton(AF_INET, target.host.c_str(), &name.sin_addr);
    SetTimeout(absl::Seconds(5));
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof(name)) == 0;
  }
  ~Client() { close(socket_); }

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Of receiving.
  void SetTimeout(absl::Duration duration) {
    const timeval timeout = absl::ToTimeval(duration);
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  }
  bool connected() const { return connected_; }
  void ResetOnClose() {
    const linger option = {1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &option, sizeof(option));
  }
  void Shutdown() { shutdown(socket_, SHUT_RDWR); }
  void Send(absl::string_view bytes) { send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  // Everything until the server closes, or until `end` was received.
  std::string ReceiveUntil(absl::string_view end) {
    std::string received;
    char buffer[4096];
    while (end.empty() || !absl::StrContains(received, end)) {
      const ssize_t count = recv(socket_, buffer, sizeof(buffer), 0);
      if (count <= 0) break;
      received.append(buffer, count);
    }
    return received;
  }
  // `count` bytes, or fewer where the server closes.
  std::string Receive(size_t count) {
    std::string bytes(count, '\0');
    const ssize_t received = recv(socket_, bytes.data(), count, MSG_WAITALL);
    bytes.resize(received < 0 ? 0 : received);
    return bytes;
  }
  std::string ReceiveAll() { return ReceiveUntil(""); }

 private:
  int socket_;
  bool connected_ = false;
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_TEST_CLIENT_H_
