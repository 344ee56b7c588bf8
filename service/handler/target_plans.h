#ifndef VITRINE_SERVICE_HANDLER_TARGET_PLANS_H_
#define VITRINE_SERVICE_HANDLER_TARGET_PLANS_H_

// What the volumes of a target are called in caches.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/volume_plan.h"
#include "service/handler/volume_loader.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// The volumes of a target. Immutable.
class TargetPlans {
 public:
  TargetPlans(dicom::VolumePlans plans, absl::string_view archive, const v1::Target& target);

  const dicom::VolumePlans& plans() const { return plans_; }
  // The name of one of plans().volumes: the same for the same slices on the same lattice, whatever target they are
  // found in.
  const std::string& key(size_t volume) const { return keys_[volume]; }
  uint64_t memory_bytes() const;  // About.

 private:
  const dicom::VolumePlans plans_;
  std::vector<std::string> keys_;
};

// Equal for requests whose volumes are looked for among the same frames.
std::string PlansKey(absl::string_view archive, const v1::Target& target, const v1::VolumeInput& input);

struct NamedSelection {
  VolumeSelection volume;
  std::string key;
};

// What a request means; its windows are part of the key where they are not those of the middle slice. Errors as
// ChooseVolume().
absl::StatusOr<NamedSelection> SelectVolume(const std::shared_ptr<const TargetPlans>& plans, const v1::Target& target,
                                            const v1::VolumeInput& input);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_TARGET_PLANS_H_
