#include <algorithm>
#include <cmath>

#include "fetch/demo_phantoms.h"
#include "fetch/phantom_math.h"

namespace vitrine::fetch {
namespace {

using phantom::Ellipse;
using phantom::Ellipsoid;
using phantom::Inside;
using phantom::Moved;
using phantom::Over;
using phantom::Point;
using phantom::Scaled;
using phantom::SmoothNoise;
using phantom::Tube;

constexpr float kAir = -1000;
constexpr float kLung = -870;
constexpr float kFat = -100;
constexpr float kMuscle = 55;
constexpr float kBlood = 240;  // With contrast medium.

// Curves in space where two noise fields are both zero: a tree-like tangle of vessels. About the distance to the
// nearest one, in millimetres, of vessels that lie about `spacing` apart; negative inside.
float Vessels(Point p, float spacing, float radius) {
  const Point scaled = Scaled(p, 1 / spacing);
  const float a = SmoothNoise(scaled);
  const float b = SmoothNoise(Moved(scaled, 31.7f, 11.3f, 5.9f));
  return std::sqrt(a * a + b * b) * spacing * 0.45f - radius;
}

// The outline of the trunk, as a distance; wider at the shoulders.
float Trunk(Point p) {
  const float shoulders = std::clamp((p.z - 190) / 70, 0.0f, 1.0f);
  const float rx = 158 + 24 * shoulders * shoulders;
  const float ry = 108 - 10 * shoulders + 4 * std::sin(p.z * 0.012f);
  const float u = std::fabs(p.x) / rx, v = std::fabs(p.y) / ry;
  return (std::pow(std::pow(u, 2.4f) + std::pow(v, 2.4f), 1 / 2.4f) - 1) * ry;
}

// The right dome of the diaphragm stands higher than the left.
float DiaphragmHeight(Point p) {
  const float right = std::hypot((p.x + 68) / 75, p.y / 88);
  const float left = std::hypot((p.x - 72) / 72, p.y / 88);
  const float dome = std::max(136 - 52 * right * right, 124 - 52 * left * left);
  return std::max(dome, 62.0f);
}

float LungDistance(Point p) {
  const float height = p.z;
  const float taper = height > 190 ? (height - 190) / 74 : 0;  // Towards the apex.
  const float scale = std::sqrt(std::max(0.02f, 1 - taper * taper));
  const float right = Ellipse(p.x, p.y, -72, 2, 58 * scale, 82 * scale);
  const float left = Ellipse(p.x, p.y, 74, 4, 53 * scale, 80 * scale);
  return std::max(std::min(right, left), DiaphragmHeight(p) - height);
}

float Heart(Point p) {
  // Turned so that the apex points to the left and the front.
  const float u = 0.76f * (p.x - 26) - 0.50f * (p.y + 28) - 0.42f * (p.z - 146);
  const float v = 0.55f * (p.x - 26) + 0.83f * (p.y + 28);
  const float w = 0.35f * (p.x - 26) - 0.23f * (p.y + 28) + 0.91f * (p.z - 146);
  return Ellipsoid({u, v, w}, {0, 0, 0}, {62, 42, 45});
}

float AddLungs(float value, Point p) {
  const float lung = LungDistance(p);
  if (lung > 3) return value;
  float tissue = kLung + 35 * SmoothNoise(Scaled(p, 0.05f)) + 40 * std::clamp(p.y / 90, -1.0f, 1.0f);
  tissue = Over(tissue, 20, Vessels(p, 26, 1.9f), 2.0f);
  tissue = Over(tissue, -250, Vessels(Moved(p, 400, 0, 0), 13, 0.7f), 1.6f);
  // The fissure of the right lung, and a nodule with spicules in its upper lobe.
  if (p.x < 0) tissue = Over(tissue, -640, std::fabs(p.z - 176 + 0.75f * p.y) - 0.5f, 1.5f);
  const float spicules = 2.2f * SmoothNoise(Scaled(p, 0.35f));
  tissue = Over(tissue, 40, Ellipsoid(p, {-84, -14, 214}, {7, 7, 8}) + spicules, 1.5f);
  return Over(value, tissue, lung, 1.5f);
}

float AddMediastinum(float value, Point p) {
  if (p.z < 80) return value;
  const float heart = Heart(p);
  if (heart < 4) {
    value = Over(value, kFat, heart - 3);
    value = Over(value, 105, heart);
    // Two ventricles and the left atrium.
    value = Over(value, kBlood + 25, Ellipsoid(p, {44, -22, 138}, {21, 15, 25}), 2);
    value = Over(value, kBlood - 50, Ellipsoid(p, {12, -48, 142}, {20, 13, 26}), 2);
    value = Over(value, kBlood + 15, Ellipsoid(p, {12, 2, 162}, {26, 15, 18}), 2);
  }
  // The ascending aorta, the arch from right front to left back, the pulmonary trunk.
  value = Over(value, kBlood, Tube(p, {-6, -30, 158}, {-10, -30, 206}, 14.5f));
  value = Over(value, kBlood, Tube(p, {-10, -30, 208}, {12, 6, 221}, 13));
  value = Over(value, kBlood, Tube(p, {12, 6, 221}, {26, 44, 204}, 12.5f));
  value = Over(value, kBlood - 30, Tube(p, {16, -40, 168}, {14, -14, 190}, 12.5f));
  value = Over(value, kBlood - 30, Tube(p, {14, -14, 190}, {-44, 0, 186}, 9));
  value = Over(value, kBlood - 30, Tube(p, {14, -14, 190}, {52, 12, 190}, 9));
  value = Over(value, 190, Tube(p, {-28, -20, 170}, {-30, -24, 262}, 9));  // Superior vena cava.
  // Trachea and main bronchi with their walls.
  const float airway = std::min({Tube(p, {0, 8, 262}, {0, 14, 196}, 8.0f), Tube(p, {0, 14, 196}, {-38, 14, 172}, 5.5f),
                                 Tube(p, {0, 14, 196}, {42, 18, 168}, 5.0f)});
  value = Over(value, kMuscle, airway - 1.6f);
  return Over(value, kAir, airway);
}

float AddAbdomen(float value, Point p) {
  const float below = p.z - DiaphragmHeight(p) + 4;  // Negative below the diaphragm.
  if (below > 3) return value;
  const float cavity = std::max(Ellipse(p.x, p.y, 0, -6, 122, 80), below);
  value = Over(value, kFat + 10, cavity, 2);

  const float liver = std::max(
      std::min(Ellipsoid(p, {-58, -8, 78}, {72, 74, 66}), Ellipsoid(p, {8, -42, 92}, {70, 30, 34})), cavity + 2);
  float parenchyma = 112 + 5 * SmoothNoise(Scaled(p, 0.2f));
  parenchyma = Over(parenchyma, 165, Vessels(Moved(p, 0, 900, 0), 34, 2.4f), 2);
  parenchyma = Over(parenchyma, 48, Ellipsoid(p, {-80, 4, 96}, {15, 14, 13}), 2);  // A lesion.
  value = Over(value, parenchyma, liver);

  const float stomach = std::max(Ellipsoid(p, {62, -24, 84}, {44, 40, 34}), cavity + 2);
  value = Over(value, 60, stomach);
  value = Over(value, p.y < -34 ? kAir : 12.0f, stomach + 4);  // Gas floats to the front of the lying patient.
  value = Over(value, 128, std::max(Ellipsoid(p, {96, 38, 84}, {24, 34, 38}), cavity + 2));  // Spleen.

  for (const float side : {-1.0f, 1.0f}) {
    const Point center = {side * 62, 44, side < 0 ? 30.0f : 38.0f};
    const float kidney = Ellipsoid(p, center, {27, 23, 46});
    if (kidney > 3) continue;
    value = Over(value, 190, kidney);
    value = Over(value, 130, std::max(kidney + 7, 0.6f - SmoothNoise(Scaled(p, 0.09f)) * 4), 2);
    value = Over(value, 320, Ellipsoid(p, Moved(center, -side * 12, 0, 0), {9, 8, 15}), 2);
  }
  // A coil of gut with gas in it.
  const float gut = std::hypot(p.z - 18 - 10 * std::sin(p.x * 0.05f), p.y + 44 - 8 * std::cos(p.x * 0.04f)) - 15;
  const float coil = std::max({gut, std::fabs(p.x) - 96, cavity + 4});
  value = Over(value, 50, coil);
  return Over(value, SmoothNoise(Scaled(p, 0.06f)) > 0 ? kAir : 25.0f, coil + 3);
}

float AddSpine(float value, Point p) {
  if (std::fabs(p.x) > 46 || p.y < 40) return value;
  constexpr float kLevel = 27;  // One vertebra and its disc.
  const float level = p.z - kLevel * std::floor(p.z / kLevel);
  const float middle = std::fabs(level - kLevel / 2);
  const float bulge = 1.5f * middle / kLevel;  // Vertebral bodies have a waist.
  const float column = Ellipse(p.x, p.y, 0, 61, 19 + 2 * bulge, 16 + 2 * bulge);
  const float body = std::max(column, middle - 10.5f);
  const float trabeculae = 190 + 45 * SmoothNoise(Scaled(p, 0.4f));
  value = Over(value, 85, std::max(column, middle - 13.5f));  // Disc.
  value = Over(value, 620, body);
  value = Over(value, trabeculae, body + 2);
  // Arch, canal, spinous and transverse processes.
  const float arch = Ellipse(p.x, p.y, 0, 84, 14, 12);
  value = Over(value, 480, std::max(arch, middle - 9));
  value = Over(value, 480, Tube({p.x, p.y, level}, {0, 92, 14}, {0, 112, 6}, 4.2f));
  value = Over(value, 420, Tube({std::fabs(p.x), p.y, level}, {12, 80, 14}, {34, 88, 16}, 4.5f));
  value = Over(value, 25, Ellipse(p.x, p.y, 0, 83, 8.5f, 7.5f));
  return Over(value, 45, Ellipse(p.x, p.y, 0, 83, 5, 4.5f));  // The cord.
}

float AddRibs(float value, Point p) {
  if (p.z < 66) return value;
  const float shoulders = std::clamp((p.z - 200) / 60, 0.0f, 1.0f);
  const float cage = Ellipse(p.x, p.y, 0, 2, 135 - 34 * shoulders, 92 - 12 * shoulders);
  if (std::fabs(cage) < 7) {
    // Ribs fall towards the front.
    const float along = p.z + 0.42f * (p.y - 60) * -1.0f + 400;
    const float rib = std::fabs(along - 24 * std::floor(along / 24) - 12) - 6.5f;
    const float bone = std::max(std::fabs(cage) - 3.8f, rib);
    const bool cartilage = p.y < -58 && std::fabs(p.x) < 70;
    value = Over(value, cartilage ? 110.0f : 560.0f, bone);
    value = Over(value, cartilage ? 90.0f : 230.0f, bone + 1.7f);
  }
  const float sternum = std::max({Ellipse(p.x, p.y, 0, -90, 19, 6.5f), p.z - 244, 118 - p.z});
  value = Over(value, 420, sternum);
  value = Over(value, 150, sternum + 2);
  // The shoulder blades.
  const float blade = Tube({std::fabs(p.x), p.y, 0}, {84, 92, 0}, {128, 62, 0}, 4);
  value = Over(value, 500, std::max(blade, 178 - p.z));
  return value;
}

}  // namespace

float CtHounsfield(float x, float y, float z) {
  const Point p = {x, y, z};
  float value = kAir;
  // The table: a curved shell with foam inside, and the letter that marks the patient's left.
  const float table = Ellipse(x, y, 0, -190, 330, 326);
  if (y > 60) {
    value = Over(value, -940, std::max(table, 124 - y));
    value = Over(value, -180, std::max({std::fabs(table) - 1.2f, std::fabs(x) - 182, 60 - y}));
  }
  value = Over(value, 1400, 5 * phantom::LetterL((x - 160) / 5, (y + 118) / 5));

  const float trunk = Trunk(p);
  if (trunk > 2) return value;
  value = Over(value, 20, trunk);  // Skin.
  value = Over(value, kFat + 8 * SmoothNoise(Scaled(p, 0.12f)), trunk + 2.2f);
  const float wall = Ellipse(x, y, 0, 2, 143 + 6 * SmoothNoise(Scaled(p, 0.03f)), 98);
  value = Over(value, kMuscle + 7 * SmoothNoise(Scaled(p, 0.3f)), std::max(wall, trunk + 6), 2);
  // Fat between the layers of the chest wall.
  const float layer = Ellipse(x, y, 0, 2, 139, 94) + 3 * SmoothNoise(Scaled(p, 0.05f));
  value = Over(value, kFat, std::max(std::fabs(layer) - 1.2f, wall), 2);
  value = Over(value, 10, Ellipse(x, y, 4, -10, 62, 72), 20);  // The mediastinum's loose tissue.

  value = AddLungs(value, p);
  value = AddAbdomen(value, p);
  value = AddMediastinum(value, p);
  if (z < 206)
    value = Over(value, kBlood, Tube(p, {26, 44, 204}, {12, 42, -20}, 11 + 0.008f * z));  // Descending aorta.
  if (z < 170) value = Over(value, 180, Tube(p, {-26, 30, -20}, {-24, 8, 150}, 11));      // Inferior vena cava.
  value = AddSpine(value, p);
  return AddRibs(value, p);
}

}  // namespace vitrine::fetch
