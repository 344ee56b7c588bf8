#ifndef VITRINE_RENDER_EGL_VOLUME_SHADER_PARTS_H_
#define VITRINE_RENDER_EGL_VOLUME_SHADER_PARTS_H_

// The parts of the volume shader around its walk through the samples.

namespace vitrine::render::egl {

// bool Interpolate(cell, t, check_padding, out value): the stored value at cell + t, 0 <= t <= 1; false where padding
// leaves too little weight. vec3 Gradient(cell, t): along the lattice, up to a factor.
extern const char kInterpolationPart[];

// Both of the following declare:
//   void Begin(vec3 sight, float mm)        before the first sample; mm between samples.
//   void EnterBrick(vec3 extremes)          minimum, maximum, whether there is padding; not called when CUBIC.
//   bool AddsNothing(vec3 extremes)         whether no sample of that brick would change the result.
//   bool Finished()                         whether no sample at all would.
//   void Take(float value, ivec3 cell, vec3 t)
//   dvec4 Result()                          display values.

// kMaximum, kMinimum, kMean, and the tone curve.
extern const char kReductionPart[];

// kComposite.
extern const char kCompositePart[];

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_VOLUME_SHADER_PARTS_H_
