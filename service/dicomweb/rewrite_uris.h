#ifndef VITRINE_SERVICE_DICOMWEB_REWRITE_URIS_H_
#define VITRINE_SERVICE_DICOMWEB_REWRITE_URIS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace vitrine::service {

// DICOM JSON in which every BulkDataURI and RetrieveURL (0008,1190) that leads below `root`, an archive's service root,
// leads below `base` instead. An archive behind a proxy may know itself by another host than we do, so only the path of
// the root has to agree, and of that a whole end: "http://a:8042/dicom-web/studies/1" is below
// "https://b/pacs/dicom-web". With a root of "" the URIs that begin with "/studies/" change. Others, and text that is
// no JSON, stay as they are. One pass, no document in memory but the text.
std::string RewriteUris(std::string json, absl::string_view root, absl::string_view base);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_REWRITE_URIS_H_
