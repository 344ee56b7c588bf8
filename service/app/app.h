#ifndef VITRINE_SERVICE_APP_APP_H_
#define VITRINE_SERVICE_APP_APP_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/app/options.h"

namespace vitrine::service {

// The composition root: everything that the process is made of, built in dependency order.
class App {
 public:
  // Returns when every listener is open and the renderer has proven itself.
  static absl::StatusOr<std::unique_ptr<App>> Start(const Options& options);
  ~App();

  // "vitrine ready http=HOST:PORT grpc=HOST:PORT admin=HOST:PORT renderer=simd|egl:NAME"
  std::string ReadyLine() const;

  // Announces that no new work is wanted, then waits for running requests within the drain timeout.
  void Drain();

 private:
  struct Parts;
  explicit App(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_APP_H_
