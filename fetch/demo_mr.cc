#include <algorithm>
#include <cmath>

#include "fetch/demo_phantoms.h"
#include "fetch/phantom_math.h"

namespace vitrine::fetch {
namespace {

using phantom::Ellipsoid;
using phantom::Moved;
using phantom::Over;
using phantom::Point;
using phantom::Scaled;
using phantom::SmoothNoise;
using phantom::Tube;

constexpr float kFat = 1250;
constexpr float kWhite = 980;
constexpr float kGrey = 640;
constexpr float kFluid = 190;
constexpr float kBone = 70;
constexpr float kMuscle = 470;

// Skin of head, face and neck, as a distance.
float HeadSurface(Point p) {
  const float skull = Ellipsoid(p, {0, 6, 10}, {78, 101, 88});
  const float face = Ellipsoid(p, {0, -42, -62}, {60, 54, 66});
  const float bridge = Tube(p, {0, -86, -26}, {0, -99, -56}, 7);
  const float nose = std::min(bridge, Ellipsoid(p, {0, -98, -60}, {14, 13, 9}));
  const float chin = Ellipsoid(p, {0, -72, -112}, {38, 26, 20});
  const float neck = Ellipsoid({p.x, p.y - 0.12f * p.z, 0}, {0, 12, 0}, {58, 62, 1e3f});
  return std::min({skull, face, nose, chin, std::max(neck, p.z + 40)});
}

// How far the brain's surface is folded in, in millimetres.
float Folds(Point p) {
  const float coarse = SmoothNoise(Scaled(p, 0.075f));
  const float fine = SmoothNoise(Moved(Scaled(p, 0.15f), 7, 3, 11));
  return std::max(0.0f, 6 - std::fabs(coarse) * 16) + std::max(0.0f, 3 - std::fabs(fine) * 8);
}

// The corpus callosum's arch in the middle plane: below 0 inside it.
float CallosumArch(Point p) { return std::hypot((p.y - 2) / 38, (p.z - 8) / 25) - 1; }

// Cortex and white matter of a part of the brain. `outer`: the distance to its outer surface, `inner`: to the middle
// plane's cleft, which is not folded.
float AddCortex(float value, Point p, float outer, float inner) {
  const float folds = Folds(p);
  value = Over(value, kGrey, std::max(outer + 1.5f + 0.9f * folds, inner));
  return Over(value, kWhite, std::max(outer + 6 + 1.3f * folds, inner + 3.5f + 0.7f * folds), 2.2f);
}

float AddCerebrum(float value, Point p) {
  const float hull = Ellipsoid(p, {0, 4, 14}, {67, 86, 66});
  // The temporal lobes hang below the others.
  const Point side = {std::fabs(p.x), p.y, p.z};
  const float temporal = Ellipsoid(side, {41, -8, -22}, {21, 44, 24});
  if (std::min(hull, temporal) > 3) return value;
  const float floor_height = -18 + 8 * std::clamp(-p.y / 60, -1.0f, 1.0f);
  const float lobes = std::max(hull, floor_height - p.z);
  value = Over(value, kFluid, std::min(lobes, temporal));
  // Where the callosum does not join them, a cleft parts the hemispheres.
  const float cleft = CallosumArch(p) > 0 ? 1.3f - std::fabs(p.x) : -20.0f;
  value = AddCortex(value, p, temporal, -20);
  return AddCortex(value, p, lobes, cleft);
}

float AddDeepStructures(float value, Point p) {
  const float ax = std::fabs(p.x);
  const Point side = {ax, p.y, p.z};
  // Basal ganglia and thalamus.
  value = Over(value, kGrey + 60, Ellipsoid(side, {27, -6, 6}, {10, 24, 13}), 2.5f);
  value = Over(value, kGrey + 90, Ellipsoid(side, {11, 12, 6}, {9, 17, 11}), 2.5f);
  // Lateral ventricles with front and back horns, the left one a little wider; third ventricle.
  const float wide = p.x > 0 ? 1.18f : 1.0f;
  const float body = Tube(side, {9, -30, 20}, {13, 26, 26}, 7 * wide);
  const float back = Tube(side, {15, 28, 25}, {27, 52, 10}, 5.5f * wide);
  value = Over(value, kFluid, std::min(body, back));
  value = Over(value, kFluid, Ellipsoid(p, {0, 8, 2}, {2.6f, 15, 11}));
  // Corpus callosum: an arch in the middle plane.
  const float callosum = std::max({std::fabs(CallosumArch(p)) * 26 - 3.6f, ax - 13, 8 - p.z});
  return Over(value, kWhite + 90, callosum, 1.6f);
}

float AddHindbrain(float value, Point p) {
  const float cerebellum = Ellipsoid(p, {0, 40, -40}, {46, 29, 25});
  if (cerebellum < 4) {
    value = Over(value, kFluid, cerebellum - 3);
    // Leaves of cortex round a white tree.
    const float radius = std::hypot(p.y - 26, p.z + 38);
    const float angle = std::atan2(p.z + 38, p.y - 26);
    const float leaves = std::sin(angle * 17 + 0.05f * p.x + 1.5f * SmoothNoise(Scaled(p, 0.08f)));
    const float tree = kGrey + (leaves > 0.35f && radius > 9 ? 240.0f : 0.0f) - (leaves < -0.8f ? 260.0f : 0.0f);
    value = Over(value, tree, cerebellum);
    value = Over(value, kWhite, Ellipsoid({std::fabs(p.x), p.y, p.z}, {17, 36, -40}, {15, 11, 9}), 3);
  }
  // Brain stem with the pons, fourth ventricle, cord.
  value = Over(value, kFluid, Tube(p, {0, 20, -20}, {0, 24, -160}, 12));
  value = Over(value, kWhite - 70, Tube(p, {0, 12, -6}, {0, 22, -74}, 10));
  value = Over(value, kWhite - 90, Ellipsoid(p, {0, 13, -36}, {17, 13, 16}));
  value = Over(value, kWhite - 100, Tube(p, {0, 22, -74}, {0, 24, -160}, 6.5f));
  return Over(value, kFluid, Ellipsoid(p, {0, 27, -38}, {6, 4, 11}));
}

float AddFace(float value, Point p) {
  const Point side = {std::fabs(p.x), p.y, p.z};
  // Eyes in their fat, the lens in front; the nose's air, sinus, mouth and throat; the tongue.
  value = Over(value, kFat - 150, std::max(Tube(side, {31, -74, -22}, {14, -32, -20}, 16), HeadSurface(p) + 6));
  value = Over(value, 260, Ellipsoid(side, {31, -77, -22}, {12, 12, 12}));
  value = Over(value, kMuscle, Tube(side, {31, -64, -22}, {14, -32, -20}, 2.6f));
  value = Over(value, 420, Ellipsoid(side, {31, -87, -22}, {5, 2.5f, 5}));
  value = Over(value, 15, std::max(Ellipsoid(p, {0, -66, -50}, {14, 28, 14}), HeadSurface(p) + 5));
  value = Over(value, kMuscle, std::max(std::fabs(p.x) - 1.3f, Ellipsoid(p, {0, -66, -50}, {14, 28, 14})));
  value = Over(value, 15, Ellipsoid(side, {32, -64, -52}, {13, 17, 14}));
  value = Over(value, 15, std::max(Tube(p, {0, -34, -54}, {0, -8, -150}, 9), -160 - p.z));
  value = Over(value, kMuscle + 120, Ellipsoid(p, {0, -54, -84}, {24, 34, 17}));
  const float jaw = Ellipsoid({p.x, p.y, 0}, {0, -46, 0}, {47, 48, 1e3f});
  return Over(value, 300, std::max({std::fabs(jaw) - 5, std::fabs(p.z + 104) - 11, p.y + 26}));
}

}  // namespace

float MrSignal(float x, float y, float z) {
  const Point p = {x, y, z};
  const float surface = HeadSurface(p);
  if (surface > 2) return 0;
  float value = Over(0, kFat - 350, surface);
  value = Over(value, kFat + 60 * SmoothNoise(Scaled(p, 0.1f)), surface + 2);
  value = Over(value, kMuscle + 40 * SmoothNoise(Scaled(p, 0.25f)), surface + (z > -15 ? 6.5f : 8.0f), 2);
  const float skull = Ellipsoid(p, {0, 5, 12}, {74, 94, 78});
  // The base of the skull lies lower at the back.
  const float base_height = -34 - 36 * std::clamp((y - 2) / 26, 0.0f, 1.0f) + 8 * std::clamp(-y / 60, 0.0f, 1.0f);
  value = Over(value, kBone, std::max(skull, base_height - z));
  value = Over(value, 520, std::max(std::fabs(skull + 3.4f) - 1.1f, -20 - z), 1.6f);  // Marrow.
  value = Over(value, 480, std::max({skull + 8, base_height + 3 - z, z - base_height - 8, y - 4}), 1.6f);
  // Vertebrae of the neck.
  if (z < -70 && y > -20) {
    const float level = z - 20 * std::floor(z / 20);
    const float column = Ellipsoid({x, y, 0}, {0, 4, 0}, {15, 11, 1e3f});
    value = Over(value, 540, std::max(column, std::fabs(level - 10) - 8));
    value = Over(value, kBone, Tube({x, y, level}, {0, 36, 12}, {0, 58, 7}, 5));
    value = Over(value, 500, Tube({x, y, level}, {0, 36, 12}, {0, 58, 7}, 3));
  }
  value = AddFace(value, p);
  value = AddCerebrum(value, p);
  value = AddDeepStructures(value, p);
  value = AddHindbrain(value, p);
  const float shading = 1 + 0.12f * SmoothNoise(Scaled(p, 0.006f)) + 0.05f * (z / 100);  // The coil's uneven field.
  return std::max(0.0f, value * shading);
}

}  // namespace vitrine::fetch
