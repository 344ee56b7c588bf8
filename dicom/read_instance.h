#ifndef VITRINE_DICOM_READ_INSTANCE_H_
#define VITRINE_DICOM_READ_INSTANCE_H_

// For those who want more of a header than the instance.

#include <memory>

#include "absl/status/statusor.h"
#include "dicom/dataset.h"
#include "dicom/instance.h"
#include "dicom/limits.h"
#include "dicom/part10.h"

namespace vitrine::dicom {

// The rest of Instance::Parse(): `dataset` is that of `part10`, and not needed afterwards.
absl::StatusOr<std::shared_ptr<const Instance>> ReadInstance(Part10 part10, const Dataset& dataset,
                                                             const Limits& limits);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_READ_INSTANCE_H_
