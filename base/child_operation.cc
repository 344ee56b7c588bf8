#include "base/child_operation.h"

namespace vitrine {

ChildOperation::ChildOperation(const Operation& parent) : parent_(parent.cancellation), operation_(parent) {
  operation_.cancellation = std::make_shared<Cancellation>();
  listener_ = parent_->AddListener([child = operation_.cancellation] { child->Cancel(); });
}

ChildOperation::~ChildOperation() { parent_->RemoveListener(listener_); }

}  // namespace vitrine
