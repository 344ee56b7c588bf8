#ifndef VITRINE_DICOM_DCMTK_PARSE_H_
#define VITRINE_DICOM_DCMTK_PARSE_H_

// For the .cc files that work with DCMTK's own classes.

#include <memory>

#include "absl/status/statusor.h"
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dicom/part10.h"

namespace vitrine::dicom {

// DCMTK's data set of the header of `part10`, whose structure the scanner has verified: DCMTK's recursion is bounded by
// that. The data set does not refer to the bytes. kBadInstance where DCMTK refuses them. DCMTK logs nothing from the
// first call on: its warnings quote values of the data set.
absl::StatusOr<std::unique_ptr<DcmDataset>> ParseWithDcmtk(const Part10& part10);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_DCMTK_PARSE_H_
