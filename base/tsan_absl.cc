// ThreadSanitizer cannot see into Debian's Abseil, which is not instrumented: to it, absl::Mutex protects nothing. In
// TSan builds these definitions stand in front of those of the shared library, tell TSan what is locked and what
// happens before what, and call the library. TSan then finds data races and lock inversions in our code. Conditions run
// inside the library, on whatever thread gives the mutex up; TSan ignores what happens there. In any other build this
// file is empty.

#if defined(__SANITIZE_THREAD__)

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdint>
#include <cstdlib>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

namespace vitrine {
namespace {

using absl::BlockingCounter;
using absl::Condition;
using absl::CondVar;
using absl::Duration;
using absl::Mutex;
using absl::Notification;
using absl::Time;

// The library's definition. Another release of Abseil has other names and stops here.
template <typename Function>
Function* Next(const char* symbol) {
  void* const address = dlsym(RTLD_NEXT, symbol);
  if (address == nullptr) std::abort();
  return reinterpret_cast<Function*>(address);
}

template <typename Call>
void Locking(Mutex* mutex, unsigned flags, Call call) {
  __tsan_mutex_pre_lock(mutex, flags);
  call();
  __tsan_mutex_post_lock(mutex, flags, 0);
}

template <typename Call>
bool TryLocking(Mutex* mutex, unsigned flags, Call call) {
  __tsan_mutex_pre_lock(mutex, flags | __tsan_mutex_try_lock);
  const bool locked = call();
  __tsan_mutex_post_lock(mutex, flags | __tsan_mutex_try_lock | (locked ? 0 : __tsan_mutex_try_lock_failed), 0);
  return locked;
}

template <typename Call>
auto Unlocking(Mutex* mutex, unsigned flags, Call call) {
  __tsan_mutex_pre_unlock(mutex, flags);
  struct Done {
    Mutex* mutex;
    unsigned flags;
    ~Done() { __tsan_mutex_post_unlock(mutex, flags); }
  } done{mutex, flags};
  return call();
}

// A wait with the mutex in exclusive hold: gives it up and takes it again. The library has it back before TSan hears.
template <typename Call>
auto Waiting(Mutex* mutex, Call call) {
  struct Relock {
    Mutex* mutex;
    ~Relock() {
      Locking(mutex, 0, [] {});
    }
  } relock{mutex};
  return Unlocking(mutex, 0, call);
}

}  // namespace
}  // namespace vitrine

// A member function is a function whose first argument is the object (Itanium C++ ABI).
#define VITRINE_INSTEAD_OF(symbol, result, name, parameters)         \
  extern "C" result name parameters __asm__("_ZN" symbol);           \
  namespace vitrine {                                                \
  namespace {                                                        \
  auto* Next_##name() {                                              \
    static auto* const next = Next<result parameters>("_ZN" symbol); \
    return next;                                                     \
  }                                                                  \
  }                                                                  \
  }                                                                  \
  extern "C" result name parameters

#define VITRINE_MUTEX "4absl7debian35Mutex"
#define VITRINE_CONDVAR "4absl7debian37CondVar"

using namespace vitrine;  // NOLINT: what follows has to be global.

VITRINE_INSTEAD_OF(VITRINE_MUTEX "4LockEv", void, vitrine_lock, (Mutex * mutex)) {
  Locking(mutex, 0, [&] { Next_vitrine_lock()(mutex); });
}
VITRINE_INSTEAD_OF(VITRINE_MUTEX "10ReaderLockEv", void, vitrine_reader_lock, (Mutex * mutex)) {
  Locking(mutex, __tsan_mutex_read_lock, [&] { Next_vitrine_reader_lock()(mutex); });
}
VITRINE_INSTEAD_OF(VITRINE_MUTEX "7TryLockEv", bool, vitrine_try_lock, (Mutex * mutex)) {
  return TryLocking(mutex, 0, [&] { return Next_vitrine_try_lock()(mutex); });
}
VITRINE_INSTEAD_OF(VITRINE_MUTEX "13ReaderTryLockEv", bool, vitrine_reader_try_lock, (Mutex * mutex)) {
  return TryLocking(mutex, __tsan_mutex_read_lock, [&] { return Next_vitrine_reader_try_lock()(mutex); });
}
VITRINE_INSTEAD_OF(VITRINE_MUTEX "6UnlockEv", void, vitrine_unlock, (Mutex * mutex)) {
  Unlocking(mutex, 0, [&] { Next_vitrine_unlock()(mutex); });
}
VITRINE_INSTEAD_OF(VITRINE_MUTEX "12ReaderUnlockEv", void, vitrine_reader_unlock, (Mutex * mutex)) {
  Unlocking(mutex, __tsan_mutex_read_lock, [&] { Next_vitrine_reader_unlock()(mutex); });
}
VITRINE_INSTEAD_OF(VITRINE_MUTEX "D1Ev", void, vitrine_destroy, (Mutex * mutex)) {
  __tsan_mutex_destroy(mutex, 0);
  Next_vitrine_destroy()(mutex);
}
VITRINE_INSTEAD_OF(VITRINE_MUTEX "8LockWhenERKNS0_9ConditionE", void, vitrine_lock_when,
                   (Mutex * mutex, const Condition& condition)) {
  Locking(mutex, 0, [&] { Next_vitrine_lock_when()(mutex, condition); });
}
VITRINE_INSTEAD_OF(VITRINE_MUTEX "20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE", bool, vitrine_lock_when_deadline,
                   (Mutex * mutex, const Condition& condition, Time deadline)) {
  bool result = false;
  Locking(mutex, 0, [&] { result = Next_vitrine_lock_when_deadline()(mutex, condition, deadline); });
  return result;
}
VITRINE_INSTEAD_OF(VITRINE_MUTEX "5AwaitERKNS0_9ConditionE", void, vitrine_await,
                   (Mutex * mutex, const Condition& condition)) {
  Waiting(mutex, [&] { Next_vitrine_await()(mutex, condition); });
}
// AwaitWithTimeout() calls this.
VITRINE_INSTEAD_OF(VITRINE_MUTEX "17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE", bool, vitrine_await_deadline,
                   (Mutex * mutex, const Condition& condition, Time deadline)) {
  return Waiting(mutex, [&] { return Next_vitrine_await_deadline()(mutex, condition, deadline); });
}

VITRINE_INSTEAD_OF(VITRINE_CONDVAR "4WaitEPNS0_5MutexE", void, vitrine_wait, (CondVar * condvar, Mutex* mutex)) {
  Waiting(mutex, [&] { Next_vitrine_wait()(condvar, mutex); });
}
VITRINE_INSTEAD_OF(VITRINE_CONDVAR "15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE", bool, vitrine_wait_timeout,
                   (CondVar * condvar, Mutex* mutex, Duration timeout)) {
  return Waiting(mutex, [&] { return Next_vitrine_wait_timeout()(condvar, mutex, timeout); });
}
VITRINE_INSTEAD_OF(VITRINE_CONDVAR "16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE", bool, vitrine_wait_deadline,
                   (CondVar * condvar, Mutex* mutex, Time deadline)) {
  return Waiting(mutex, [&] { return Next_vitrine_wait_deadline()(condvar, mutex, deadline); });
}

VITRINE_INSTEAD_OF("4absl7debian312Notification6NotifyEv", void, vitrine_notify, (Notification * notification)) {
  __tsan_release(notification);
  Next_vitrine_notify()(notification);
}
VITRINE_INSTEAD_OF("K4absl7debian312Notification19WaitForNotificationEv", void, vitrine_wait_for_notification,
                   (Notification * notification)) {
  Next_vitrine_wait_for_notification()(notification);
  __tsan_acquire(notification);
}

VITRINE_INSTEAD_OF("4absl7debian315BlockingCounter14DecrementCountEv", bool, vitrine_decrement_count,
                   (BlockingCounter * counter)) {
  __tsan_release(counter);
  return Next_vitrine_decrement_count()(counter);
}
VITRINE_INSTEAD_OF("4absl7debian315BlockingCounter4WaitEv", void, vitrine_counter_wait, (BlockingCounter * counter)) {
  Next_vitrine_counter_wait()(counter);
  __tsan_acquire(counter);
}

// What an error holds is shared and counted: whoever deletes it comes after all who let it go.
VITRINE_INSTEAD_OF("4absl7debian36Status15UnrefNonInlinedEm", void, vitrine_unref, (uintptr_t rep)) {
  __tsan_release(reinterpret_cast<void*>(rep));
  __tsan_acquire(reinterpret_cast<void*>(rep));
  Next_vitrine_unref()(rep);
}

#endif  // defined(__SANITIZE_THREAD__)
