#include "render/simd/chosen_kernels.h"

#include <optional>

#include "hwy/targets.h"
#include "render/simd/faster_loads.h"

namespace vitrine::render::simd {
namespace {

// Highway's own choice where `targets` is 0.
void ChooseInstructionSet(int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

std::vector<KernelChoice> KernelChoices() {
  std::vector<KernelChoice> choices;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    const std::string name = hwy::TargetName(target);
    choices.push_back({name, target, false});
    if ((target & kTargetsWithGathers) != 0) choices.push_back({name + "_gathers", target, true});
  }
  return choices;
}

ChosenKernels::ChosenKernels(const KernelChoice& choice) {
  ChooseInstructionSet(choice.instruction_set);
  SetGathersAreFasterForTest(choice.gathers);
}

ChosenKernels::~ChosenKernels() {
  ChooseInstructionSet(0);
  SetGathersAreFasterForTest(std::nullopt);
}

}  // namespace vitrine::render::simd
