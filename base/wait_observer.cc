#include "base/wait_observer.h"

namespace vitrine {

namespace {

thread_local WaitObserver* current = nullptr;

}  // namespace

ScopedWaitObserver::ScopedWaitObserver(WaitObserver& observer) { current = &observer; }
ScopedWaitObserver::~ScopedWaitObserver() { current = nullptr; }

void AboutToWait() {
  if (current != nullptr) current->OnWait();
}

}  // namespace vitrine
