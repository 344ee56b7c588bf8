#include "render/egl/volume_shader_parts.h"

namespace vitrine::render::egl {

const char kInterpolationPart[] = R"(
float Stored(ivec3 voxel) { return float(texelFetch(voxels, clamp(voxel, ivec3(0), size - 1), 0).r); }

// Exactly `a` where both are the same.
float Between(float a, float b, float t) { return a + t * (b - a); }

// The eight voxels around the sample: bits 0, 1 and 2 of the index count along x, y and z.
float corners[8];

void FetchCorners(ivec3 cell) {
  for (int n = 0; n < 8; ++n) corners[n] = Stored(cell + ivec3(n & 1, n >> 1 & 1, n >> 2));
}

float Linear(vec3 t) {
  vec4 rows = vec4(Between(corners[0], corners[1], t.x), Between(corners[2], corners[3], t.x),
                   Between(corners[4], corners[5], t.x), Between(corners[6], corners[7], t.x));
  return Between(Between(rows.x, rows.y, t.y), Between(rows.z, rows.w, t.y), t.z);
}

vec4 LinearWeights(float t) { return vec4(0.0, 1.0 - t, t, 0.0); }

vec4 CubicWeights(float t) {
  return vec4(((-0.5 * t + 1.0) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1.0, ((-1.5 * t + 2.0) * t + 0.5) * t,
              (0.5 * t - 0.5) * t * t);
}

#if CUBIC
#define WEIGHTS CubicWeights
#define FIRST_TAP 0
#define TAPS_END 4
#else
#define WEIGHTS LinearWeights
#define FIRST_TAP 1
#define TAPS_END 3
#endif

// Voxel by voxel: tap 1 is `cell` itself.
bool WeightedSum(ivec3 cell, vec3 t, bool check_padding, out float value) {
  vec4 x = WEIGHTS(t.x);
  vec4 y = WEIGHTS(t.y);
  vec4 z = WEIGHTS(t.z);
  float sum = 0.0;
  float weights = 0.0;
  float magnitude = 0.0;
  float kept_magnitude = 0.0;
  for (int c = FIRST_TAP; c < TAPS_END; ++c) {
    for (int b = FIRST_TAP; b < TAPS_END; ++b) {
      for (int a = FIRST_TAP; a < TAPS_END; ++a) {
        ivec3 voxel = cell + ivec3(a, b, c) - 1;
        float weight = x[a] * y[b] * z[c];
        magnitude += abs(weight);
#if PADDED
        if (check_padding && texelFetch(padding, clamp(voxel, ivec3(0), size - 1), 0).r != 0u) continue;
#endif
        kept_magnitude += abs(weight);
        weights += weight;
        sum += weight * Stored(voxel);
      }
    }
  }
  if (kept_magnitude < (0.5 - PADDING_TOLERANCE) * magnitude) return false;
  value = sum / weights;
  return true;
}

bool Interpolate(ivec3 cell, vec3 t, bool check_padding, out float value) {
#if CUBIC
  // Coordinates end at the centres of the outer voxels.
  bvec3 outside = bvec3(ivec3(lessThan(cell, ivec3(0))) + ivec3(greaterThanEqual(cell, size - 1)));
  return WeightedSum(clamp(cell, ivec3(0), size - 1), mix(t, vec3(0.0), outside), check_padding, value);
#else
  FetchCorners(cell);
  if (check_padding) return WeightedSum(cell, t, true, value);
  value = Linear(t);
  return true;
#endif
}

#if SHADED
// The value one voxel further along the axis less the value one voxel before.
float Slope(ivec3 cell, vec3 t, int axis) {
  int p = (axis + 1) % 3;
  int q = (axis + 2) % 3;
  float sums[4];
  for (int n = 0; n < 4; ++n) {
    int i = n & 1;
    int j = n >> 1;
    ivec3 before = cell;
    before[p] += i;
    before[q] += j;
    ivec3 after = before;
    before[axis] -= 1;
    after[axis] += 2;
    int near = i << p | j << q;
    sums[n] = Between(corners[near | 1 << axis] - Stored(before), Stored(after) - corners[near], t[axis]);
  }
  return Between(Between(sums[0], sums[1], t[p]), Between(sums[2], sums[3], t[p]), t[q]);
}

vec3 Gradient(ivec3 cell, vec3 t) {
  FetchCorners(cell);
  return vec3(Slope(cell, t, 0), Slope(cell, t, 1), Slope(cell, t, 2));
}
#endif
)";

const char kReductionPart[] = R"(
layout(std430, binding = LUTS_BUFFER) readonly buffer Luts { float luts[]; };
uniform double slope, intercept, middle, width, voi_maximum;
uniform int modality_first, modality_count, voi, voi_first, voi_count, invert;

int count = 0;
double sum = 0.0LF;
float best = 0.0;

void Begin(vec3 sight, float mm, vec3 step) {}
void EnterBrick(vec3 extremes) {}
bool Finished() { return false; }

bool AddsNothing(vec3 extremes) {
#if REDUCTION == MAXIMUM
  return count > 0 && extremes.y <= best;
#elif REDUCTION == MINIMUM
  return count > 0 && extremes.x >= best;
#else
  return false;
#endif
}

void Take(float value, ivec3 cell, vec3 t, int k) {
#if REDUCTION == MAXIMUM
  best = count > 0 ? max(best, value) : value;
#elif REDUCTION == MINIMUM
  best = count > 0 ? min(best, value) : value;
#else
  sum += double(value);
#endif
  ++count;
}

// Entries [begin, begin + entries) of `luts`; input is rounded half away from zero.
double Lookup(int begin, int entries, int first, double value) {
  double index = sign(value) * floor(abs(value) + 0.5LF) - double(first);
  return double(luts[begin + clamp(int(clamp(index, 0.0LF, double(entries - 1))), 0, entries - 1)]);
}

// image::Evaluate() from the Modality stage to the inversion.
double Display(double stored) {
  double x = modality_count > 0 ? Lookup(0, modality_count, modality_first, stored) : slope * stored + intercept;
  double y;
  if (voi == VOI_STEP) {
    y = x > middle ? 1.0LF : 0.0LF;
  } else if (voi == VOI_SIGMOID) {
    y = double(1.0 / (1.0 + exp(float(clamp(-4.0LF * (x - middle) / width, -80.0LF, 80.0LF)))));
  } else if (voi == VOI_LUT) {
    y = Lookup(modality_count, voi_count, voi_first, x) / voi_maximum;
  } else {
    y = clamp((x - middle) / width + 0.5LF, 0.0LF, 1.0LF);
  }
  return invert != 0 ? 1.0LF - y : y;
}

dvec4 Result() {
  if (count == 0) return dvec4(0.0LF);
#if REDUCTION == MAXIMUM || REDUCTION == MINIMUM
  return dvec4(Display(double(best)));
#else
  return dvec4(Display(sum / double(count)));
#endif
}
)";

const char kCompositePart[] = R"(
// TransferTable::segments, as start, 1 / length, visible_from, 0; colour and opacity; their gain.
layout(std430, binding = SEGMENTS_BUFFER) readonly buffer Segments { vec4 segments[]; };
layout(std430, binding = BUCKETS_BUFFER) readonly buffer Buckets { int buckets[]; };
uniform int segment_count;
uniform float bucket_origin, bucket_scale;
uniform float ambient, diffuse, specular, specular_power;
uniform vec3 normal_x, normal_y, normal_z;  // Take a gradient along the lattice to patient space.

vec3 sum = vec3(0.0);
float transmittance = 1.0;
float step_mm;
vec3 half_step;
vec3 line_of_sight;
bool invisible = false;  // All of the brick.

void Begin(vec3 sight, float mm, vec3 step) {
  line_of_sight = sight;
  step_mm = mm;
  half_step = 0.5 * step;
}

int SegmentOf(float value) {
  int bucket = int(clamp((value - bucket_origin) * bucket_scale, 0.0, float(BUCKETS - 1)));
  int i = buckets[clamp(bucket, 0, BUCKETS - 1)];  // Again, should the value be no number.
  while (i + 1 < segment_count && value >= segments[3 * (i + 1)].x) ++i;
  return i;
}

void EnterBrick(vec3 extremes) { invisible = extremes.y <= segments[3 * SegmentOf(extremes.x)].z; }
bool AddsNothing(vec3 extremes) { return invisible; }
bool Finished() { return transmittance < 1.0 / 512.0; }

// 1 - (1 - opacity)^mm. For small opacities by series, because 1 - x would lose their digits.
float OverStep(float opacity) {
  if (opacity < 0.25) {
    float z = opacity / (2.0 - opacity);
    float zz = z * z;
    float y = 2.0 * step_mm * z * (1.0 + zz * (1.0 / 3.0 + zz * (1.0 / 5.0 + zz / 7.0)));  // -mm log(1 - opacity)
    if (y > 0.5) return 1.0 - exp(-y);
    return y * (1.0 - y / 2.0 * (1.0 - y / 3.0 * (1.0 - y / 4.0 * (1.0 - y / 5.0 * (1.0 - y / 6.0)))));
  }
  if (step_mm == 0.0) return 0.0;
  return opacity < 1.0 ? 1.0 - exp2(step_mm * log2(1.0 - opacity)) : 1.0;
}

#if SHADED
vec3 end_normal;
int end_of = -2;  // The sample whose stretch it ends.

vec3 Normal(ivec3 cell, vec3 t) {
  vec3 below = floor(t);
  vec3 along = Gradient(cell + ivec3(below), t - below);
  return along.x * normal_x + along.y * normal_y + along.z * normal_z;
}

// Of colour, and highlight.
vec2 Light(vec3 normal) {
  float largest = max(abs(normal.x), max(abs(normal.y), abs(normal.z)));
  if (largest == 0.0) return vec2(ambient + diffuse, 0.0);
  float cosine = min(abs(dot(normalize(normal / largest), line_of_sight)), 1.0);
  float highlight = specular_power > 0.0 ? (cosine > 0.0 ? pow(cosine, specular_power) : 0.0) : 1.0;
  return vec2(ambient + diffuse * cosine, specular * highlight);
}
#endif

// Of sample k, at `cell` + t.
vec3 Lit(vec3 tint, ivec3 cell, vec3 t, int k) {
#if SHADED
  vec3 begin_normal = end_normal;
  if (end_of != k - 1) begin_normal = Normal(cell, t - half_step);
  end_normal = Normal(cell, t + half_step);
  end_of = k;
  vec2 light = vec2(0.0);
  for (int i = 0; i < LIGHTS_PER_SAMPLE; ++i) {
    light += Light(mix(begin_normal, end_normal, (float(i) + 0.5) / float(LIGHTS_PER_SAMPLE)));
  }
  light /= float(LIGHTS_PER_SAMPLE);
  return tint * light.x + light.y;
#else
  return tint;
#endif
}

void Take(float value, ivec3 cell, vec3 t, int k) {
  int i = 3 * SegmentOf(value);
  vec4 point = segments[i + 1] + clamp((value - segments[i].x) * segments[i].y, 0.0, 1.0) * segments[i + 2];
  float opacity = OverStep(point.a);
  if (opacity <= 0.0) return;
  sum += transmittance * opacity * Lit(point.rgb, cell, t, k);
  transmittance *= 1.0 - opacity;
}

dvec4 Result() { return dvec4(sum, 0.0); }
)";

}  // namespace vitrine::render::egl
