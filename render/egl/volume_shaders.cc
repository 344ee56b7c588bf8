#include "render/egl/volume_shaders.h"

#include "absl/strings/str_cat.h"
#include "image/volume.h"
#include "render/egl/transfer_table.h"
#include "render/egl/volume_shader_parts.h"
#include "render/egl/volume_tone.h"

namespace vitrine::render::egl {
namespace {

const char* SamplerOf(image::SampleType type) {
  switch (type) {
    case image::SampleType::kUint8:
    case image::SampleType::kUint16: return "usampler3D";
    case image::SampleType::kInt16: return "isampler3D";
    case image::SampleType::kFloat32: break;
  }
  return "sampler3D";
}

// What every part reads.
constexpr char kDeclarations[] = R"(
layout(binding = VOXELS_UNIT) uniform SAMPLER voxels;
layout(binding = BRICKS_UNIT) uniform sampler3D bricks;  // Minimum, maximum, whether there is padding.
#if PADDED
layout(binding = PADDING_UNIT) uniform usampler3D padding;
#endif
uniform ivec3 size;
)";

// Walks a pixel's samples. Positions are exact, in double precision, where a chunk begins, and carried on from there.
constexpr char kWalk[] = R"(
layout(std430, binding = COLUMNS_BUFFER) readonly buffer Columns { double columns[]; };
layout(std430, binding = SLABS_BUFFER) readonly buffer Slabs { double slabs[]; };
uniform int samples, slab_count, chunk;
uniform float maximum;
layout(location = 0) out uvec4 color;

dvec3 ColumnVector(int i) { return dvec3(columns[i], columns[i + 1], columns[i + 2]); }

// RayClipper::Clip(), operation by operation.
double Along(dvec3 normal, dvec3 v) {
  precise double sum = normal.x * v.x + normal.y * v.y + normal.z * v.z;
  return sum;
}

ivec2 Clip(dvec3 start, dvec3 stride) {
  double first = 0.0LF;
  double last = double(samples - 1);
  for (int i = 0; i < SLAB_DOUBLES * slab_count; i += SLAB_DOUBLES) {
    dvec3 normal = dvec3(slabs[i], slabs[i + 1], slabs[i + 2]);
    double at = Along(normal, start);
    double rate = Along(normal, stride);
    if (rate == 0.0LF) {
      if (at < slabs[i + 3] || at > slabs[i + 4]) return ivec2(0);
      continue;
    }
    precise double at_low = (slabs[i + 3] - at) / rate;
    precise double at_high = (slabs[i + 4] - at) / rate;
    first = max(first, min(at_low, at_high));
    last = min(last, max(at_low, at_high));
  }
  if (first > last) return ivec2(0);
  return ivec2(int(ceil(first)), int(floor(last)) + 1);
}

// Samples until the brick is left, at least 1.
int StepsInside(ivec3 corner, ivec3 cell, vec3 t, vec3 advance) {
  vec3 inside = vec3(cell - corner) + t;
  vec3 way = mix(inside, BRICK_SIZE - inside, greaterThan(advance, vec3(0.0)));
  vec3 steps = mix(way / abs(advance), vec3(1e6), equal(advance, vec3(0.0)));
  return int(clamp(ceil(min(steps.x, min(steps.y, steps.z))), 1.0, 1e6));
}

void Walk(dvec3 start, dvec3 stride, ivec2 range) {
  vec3 advance = vec3(stride);
  ivec3 brick = ivec3(-1);
  vec3 extremes = vec3(0.0);
  for (int k = range.x; k < range.y && !Finished();) {
    precise dvec3 position = start + double(k) * stride;
    dvec3 whole = floor(position);
    ivec3 base = ivec3(whole);
    vec3 rest = vec3(position - whole);
    int steps = min(chunk, range.y - k);
    int i = 0;
    while (i < steps && !Finished()) {
      vec3 moved = rest + float(i) * advance;
      vec3 below = floor(moved);
      ivec3 cell = base + ivec3(below);
      vec3 t = moved - below;
      bool check_padding = PADDED != 0;
#if !CUBIC
      ivec3 here = clamp(cell, ivec3(0), size - 1) / BRICK_SIZE;
      if (here != brick) {
        brick = here;
        extremes = texelFetch(bricks, brick, 0).xyz;
        EnterBrick(extremes);
      }
      if (extremes.x > extremes.y || AddsNothing(extremes)) {
        i += StepsInside(brick * BRICK_SIZE, cell, t, advance);
        continue;
      }
      check_padding = PADDED != 0 && extremes.z != 0.0;
#endif
      float value;
      if (Interpolate(cell, t, check_padding, value)) Take(value, cell, t, k + i);
      ++i;
    }
    k += i;
  }
}

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  // Helper invocations lie beyond the edge.
  int column = COLUMN_DOUBLES * min(pixel.x, columns.length() / COLUMN_DOUBLES - 1);
  precise dvec3 start = ColumnVector(column) + double(pixel.y) * ColumnVector(column + 3);
  dvec3 stride = ColumnVector(column + 6);
  Begin(vec3(ColumnVector(column + 9)), float(columns[column + 12]), vec3(stride));
  Walk(start, stride, Clip(start, stride));
  // Half up, where an exact half stays one although the sums before it were rounded.
  color = uvec4(floor(clamp(Result(), 0.0LF, 1.0LF) * double(maximum) + (0.5LF + 1e-9LF)));
}
)";

}  // namespace

std::string VolumeFragmentShader(const VolumeVariant& variant) {
  std::string source = "#version 450 core\n";
  const auto define = [&](absl::string_view name, auto value) {
    absl::StrAppend(&source, "#define ", name, " ", value, "\n");
  };
  define("SAMPLER", SamplerOf(variant.type));
  define("REDUCTION", static_cast<int>(variant.reduction));
  define("MAXIMUM", static_cast<int>(Reduction::kMaximum));
  define("MINIMUM", static_cast<int>(Reduction::kMinimum));
  define("CUBIC", variant.cubic ? 1 : 0);
  define("PADDED", variant.padded ? 1 : 0);
  define("SHADED", variant.shaded ? 1 : 0);
  define("VOXELS_UNIT", static_cast<int>(kVoxelsUnit));
  define("BRICKS_UNIT", static_cast<int>(kBricksUnit));
  define("PADDING_UNIT", static_cast<int>(kPaddingUnit));
  define("COLUMNS_BUFFER", static_cast<int>(kColumnsBuffer));
  define("SLABS_BUFFER", static_cast<int>(kSlabsBuffer));
  define("LUTS_BUFFER", static_cast<int>(kLutsBuffer));
  define("SEGMENTS_BUFFER", static_cast<int>(kSegmentsBuffer));
  define("BUCKETS_BUFFER", static_cast<int>(kBucketsBuffer));
  define("COLUMN_DOUBLES", kDoublesPerColumn);
  define("SLAB_DOUBLES", kDoublesPerSlab);
  define("BUCKETS", TransferTable::kBuckets);
  define("VOI_STEP", static_cast<int>(VolumeTone::Voi::kStep));
  define("VOI_SIGMOID", static_cast<int>(VolumeTone::Voi::kSigmoid));
  define("VOI_LUT", static_cast<int>(VolumeTone::Voi::kLut));
  define("PADDING_TOLERANCE", kPaddingTolerance);
  define("LIGHTS_PER_SAMPLE", kLightsPerSample);
  define("BRICK_SIZE", image::Bricks::kSize);
  const bool composite = variant.reduction == Reduction::kComposite;
  absl::StrAppend(&source, kDeclarations, kInterpolationPart, composite ? kCompositePart : kReductionPart, kWalk);
  return source;
}

}  // namespace vitrine::render::egl
