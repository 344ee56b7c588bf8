#ifndef VITRINE_DICOM_READ_INSTANCE_INFO_H_
#define VITRINE_DICOM_READ_INSTANCE_INFO_H_

#include "dicom/dataset.h"
#include "dicom/instance_info.h"

namespace vitrine::dicom {

// Identification, geometry and timing. What the image pixel and VOI modules and the file meta information state is left
// at its default.
InstanceInfo ReadInstanceInfo(const Item& root);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_READ_INSTANCE_INFO_H_
