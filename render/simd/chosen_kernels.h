#ifndef VITRINE_RENDER_SIMD_CHOSEN_KERNELS_H_
#define VITRINE_RENDER_SIMD_CHOSEN_KERNELS_H_

// For tests: each of the ways in which a volume's kernels can run on this processor.

#include <cstdint>
#include <string>
#include <vector>

namespace vitrine::render::simd {

struct KernelChoice {
  std::string name;
  int64_t instruction_set = 0;  // A bit, as Highway has it.
  bool gathers = false;         // Instead of single loads.
};

// Every instruction set of the processor; those with gathers twice.
std::vector<KernelChoice> KernelChoices();

// The kernels run as chosen while it lives. One at a time, not while anything is rendered.
class ChosenKernels {
 public:
  explicit ChosenKernels(const KernelChoice& choice);
  ~ChosenKernels();
  ChosenKernels(const ChosenKernels&) = delete;
  ChosenKernels& operator=(const ChosenKernels&) = delete;
};

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_CHOSEN_KERNELS_H_
