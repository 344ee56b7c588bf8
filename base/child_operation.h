#ifndef VITRINE_BASE_CHILD_OPERATION_H_
#define VITRINE_BASE_CHILD_OPERATION_H_

#include <memory>

#include "base/operation.h"

namespace vitrine {

// A part of an operation's work: it ends with the whole, and may be cancelled before without it. Thread-safe.
class ChildOperation {
 public:
  explicit ChildOperation(const Operation& parent);
  ChildOperation(const ChildOperation&) = delete;
  ChildOperation& operator=(const ChildOperation&) = delete;
  ~ChildOperation();

  const Operation& get() const { return operation_; }
  bool cancelled() const { return operation_.cancellation->cancelled(); }
  void Cancel() { operation_.cancellation->Cancel(); }

 private:
  const std::shared_ptr<Cancellation> parent_;
  Operation operation_;
  int listener_ = 0;
};

}  // namespace vitrine

#endif  // VITRINE_BASE_CHILD_OPERATION_H_
