#ifndef VITRINE_SERVICE_DICOMWEB_CAPABILITIES_H_
#define VITRINE_SERVICE_DICOMWEB_CAPABILITIES_H_

#include <string>

#include "service/http/message.h"

namespace vitrine::service {

// Whether this is Retrieve Capabilities (PS3.18 8.9): OPTIONS of a service root.
bool IsCapabilitiesRequest(const http::Request& request);

// The resources below the root as WADL, which is all that PS3.18 8.9.2 asks for.
http::Response CapabilitiesResponse(const std::string& base);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_CAPABILITIES_H_
