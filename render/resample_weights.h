#ifndef VITRINE_RENDER_RESAMPLE_WEIGHTS_H_
#define VITRINE_RENDER_RESAMPLE_WEIGHTS_H_

// The one definition of how an axis is resampled. Every backend multiplies by these numbers; none has its own kernel.

#include <vector>

namespace vitrine::render {

// Output sample i is the sum over t in [0, taps) of weights[i * taps + t] * input[first[i] + t]. Every first[i] and
// first[i] + taps - 1 lies inside the input; the weights of one output sum to 1; taps that an output does not need have
// the weight 0.
struct AxisWeights {
  int taps = 1;
  bool copies = false;  // taps is 1, every weight is 1, and first[] counts up by one (down, if flipped).
  std::vector<int> first;
  std::vector<double> weights;

  int output_size() const { return static_cast<int>(first.size()); }
};

// Maps [begin, begin + length) of an input of `input_size` samples onto `output_size` samples, backwards if `flip`.
// Sample j covers [j, j + 1). The kernel: a copy where the range covers whole samples one to one (to 1e-6); area
// coverage where output_size < length; otherwise (a shift by a fraction included) Catmull-Rom cubic convolution (a =
// -1/2; R. Keys, "Cubic convolution interpolation for digital image processing", 1981) between sample centres, where
// samples outside the input take the value of the nearest one inside.
AxisWeights MakeAxisWeights(int input_size, double begin, double length, int output_size, bool flip);

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_RESAMPLE_WEIGHTS_H_
