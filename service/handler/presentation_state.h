#ifndef VITRINE_SERVICE_HANDLER_PRESENTATION_STATE_H_
#define VITRINE_SERVICE_HANDLER_PRESENTATION_STATE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace vitrine::service {

// Why an instance that forms no volume cannot be rendered as one: where its metadata (a DICOM JSON array) say that it
// is a volumetric presentation state (PS3.3 A.80), kUnsupported with the SOP Class's name; otherwise OK.
absl::Status CheckNoPresentationState(absl::string_view metadata);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_PRESENTATION_STATE_H_
