#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/debugging/failure_signal_handler.h"
#include "absl/debugging/symbolize.h"
#include "absl/synchronization/mutex.h"
#include "base/log.h"
#include "base/version.h"
#include "service/app/app.h"
#include "service/app/options.h"

namespace vitrine::service {
namespace {

Severity SeverityOf(absl::string_view name) {
  if (name == "debug") return Severity::kDebug;
  if (name == "warning") return Severity::kWarning;
  if (name == "error") return Severity::kError;
  return Severity::kInfo;
}

// Debian builds Abseil with its lock-order detector on, which every lock would pay for; ThreadSanitizer looks for the
// same in the tests.
void TurnOffLockOrderDetection() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

// As many descriptors as the system grants: each connection to a client or an archive needs one, and the usual soft
// limit of 1024 is for programs that call select().
void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Signals are taken by WaitForStop() alone; the mask is inherited by every thread that starts later.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

int Serve(const Options& options) {
  SetMinLogSeverity(SeverityOf(options.log_level));
  TurnOffLockOrderDetection();
  RaiseDescriptorLimit();
  const sigset_t signals = BlockStopSignals();
  auto app = App::Start(options);
  if (!app.ok()) {
    std::cerr << "vitrine: " << app.status().message() << "\n";
    return 1;
  }
  std::cout << (*app)->ReadyLine() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  (*app)->Drain();
  return 0;
}

int Run(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
  const auto line = ParseCommandLine(arguments, environment);
  if (!line.ok()) {
    std::cerr << "vitrine: " << line.status().message() << "\n";
    return 2;
  }
  switch (line->command) {
    case Command::kHelp: std::cout << HelpText(); return 0;
    case Command::kVersion: std::cout << "vitrine " << kVersion << "\n"; return 0;
    case Command::kPrintConfig: std::cout << PrintableOptions(line->options); return 0;
    case Command::kPrintConfigurationPage: std::cout << ConfigurationPage(); return 0;
    case Command::kServe: break;
  }
  return Serve(line->options);
}

}  // namespace
}  // namespace vitrine::service

int main(int argc, char** argv) {
  absl::InitializeSymbolizer(argv[0]);
  absl::InstallFailureSignalHandler(absl::FailureSignalHandlerOptions());
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.push_back(*variable);
  return vitrine::service::Run(std::vector<std::string>(argv + 1, argv + argc), environment);
}
