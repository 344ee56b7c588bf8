#ifndef VITRINE_SERVICE_DICOMWEB_INSTANCE_LIST_H_
#define VITRINE_SERVICE_DICOMWEB_INSTANCE_LIST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/operation.h"
#include "fetch/archive.h"
#include "service/handler/archive_set.h"

namespace vitrine::service {

struct ListedInstance {
  fetch::ResourcePath path;
  std::string SOPClassUID;
  int number = 0;  // InstanceNumber.
  int frames = 1;  // NumberOfFrames.
};

// The instances of a study or series, by series as the archive lists them and by InstanceNumber within each. The caller
// holds a place at the gate.
absl::StatusOr<std::vector<ListedInstance>> ListInstances(const ArchiveSet::Named& archive,
                                                          const fetch::ResourcePath& path, const Operation& operation);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_INSTANCE_LIST_H_
