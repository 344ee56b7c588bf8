#include "render/egl/shaders.h"

#include "absl/strings/str_cat.h"

namespace vitrine::render::egl {
namespace {

// One triangle that covers the viewport.
constexpr char kVertex[] = R"(#version 450 core
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
)";

constexpr char kFragment[] = R"(
layout(binding = 0) uniform SAMPLER source;
layout(std430, binding = 0) readonly buffer First { int first[]; };
layout(std430, binding = 1) readonly buffer Weights { float weights[]; };
layout(std430, binding = 2) readonly buffer Table { float table[]; };
uniform ivec2 origin;     // Of pixel (0, 0) in the source, on axes that are copied.
uniform ivec2 direction;  // 1 or -1, likewise.
uniform int shift;        // Subtracted from first[].
uniform int taps;
uniform float scale, pivot, offset, padding_low, padding_high;
uniform int table_first;
uniform float maximum, half_up;

#if CHANNELS == 3
#define VALUE vec3
#define PICK(texel) (texel).rgb
#else
#define VALUE float
#define PICK(texel) (texel).r
#endif

VALUE Display(ivec2 at) {
#if TONE == 0
  return PICK(texelFetch(source, at, 0));
#elif TONE == 1
  VALUE stored = VALUE(PICK(texelFetch(source, at, 0)));
  VALUE value = clamp((stored - pivot) * scale + offset, 0.0, 1.0);
#if CHANNELS == 1
  bool is_nan = (floatBitsToUint(stored) & 0x7fffffffu) > 0x7f800000u;
  if (is_nan || (stored >= padding_low && stored <= padding_high)) value = 0.0;
#endif
  return value;
#else
  return VALUE(table[int(texelFetch(source, at, 0).r) - table_first]);
#endif
}

#if QUANTIZE
layout(location = 0) out uvec4 color;
void Write(VALUE value) {
  vec4 full = vec4(0.0);
  PICK(full) = floor(clamp(value, 0.0, 1.0) * maximum + half_up);
  color = uvec4(full);
}
#else
layout(location = 0) out vec4 color;
void Write(VALUE value) {
  color = vec4(0.0);
  PICK(color) = value;
}
#endif

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  ivec2 at = origin + direction * pixel;
#if AXIS < 0
  Write(Display(at));
#else
  at[AXIS] = first[pixel[AXIS]] - shift;
  int weight = pixel[AXIS] * taps;
  VALUE sum = VALUE(0.0);
  for (int t = 0; t < taps; ++t) {
    sum += weights[weight + t] * Display(at);
    ++at[AXIS];
  }
  Write(sum);
#endif
}
)";

}  // namespace

std::string VertexShader() { return kVertex; }

std::string FragmentShader(const PassVariant& variant) {
  return absl::StrCat("#version 450 core\n", "#define SAMPLER ", variant.sampler, "\n#define CHANNELS ",
                      variant.channels, "\n#define TONE ", static_cast<int>(variant.tone), "\n#define AXIS ",
                      variant.axis, "\n#define QUANTIZE ", variant.quantize ? 1 : 0, kFragment);
}

}  // namespace vitrine::render::egl
