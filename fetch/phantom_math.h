#ifndef VITRINE_FETCH_PHANTOM_MATH_H_
#define VITRINE_FETCH_PHANTOM_MATH_H_

// Building blocks of the demonstration's phantoms: everything is a pure function of position, so that any slice can be
// made at any time without keeping a volume.

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vitrine::fetch::phantom {

struct Point {
  float x;
  float y;
  float z;
};

inline uint32_t Hash(int32_t x, int32_t y, int32_t z) {
  uint32_t h = static_cast<uint32_t>(x) * 0x9E3779B1u ^ static_cast<uint32_t>(y) * 0x85EBCA77u ^
               static_cast<uint32_t>(z) * 0xC2B2AE3Du;
  h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
  h = (h ^ (h >> 12)) * 0x297A2D39u;
  return h ^ (h >> 15);
}

// White noise of mean 0 and standard deviation 1, nearly normal: the sum of four bytes.
inline float Noise(int32_t x, int32_t y, int32_t z) {
  const uint32_t h = Hash(x, y, z);
  const int sum = static_cast<int>((h & 255) + (h >> 8 & 255) + (h >> 16 & 255) + (h >> 24));
  return static_cast<float>(sum - 510) / 147.8f;
}

// Smooth noise in [-1, 1] whose features are about 1 unit wide.
inline float SmoothNoise(Point p) {
  const float fx = std::floor(p.x), fy = std::floor(p.y), fz = std::floor(p.z);
  const auto ix = static_cast<int32_t>(fx), iy = static_cast<int32_t>(fy), iz = static_cast<int32_t>(fz);
  const auto ease = [](float t) { return t * t * (3 - 2 * t); };
  const float tx = ease(p.x - fx), ty = ease(p.y - fy), tz = ease(p.z - fz);
  const auto corner = [&](int dx, int dy, int dz) {
    return static_cast<float>(Hash(ix + dx, iy + dy, iz + dz) >> 8) * (2.0f / 16777215.0f) - 1.0f;
  };
  const auto row = [&](int dy, int dz) { return corner(0, dy, dz) + tx * (corner(1, dy, dz) - corner(0, dy, dz)); };
  const float near = row(0, 0) + ty * (row(1, 0) - row(0, 0));
  const float far = row(0, 1) + ty * (row(1, 1) - row(0, 1));
  return near + tz * (far - near);
}

inline Point Scaled(Point p, float scale) { return {p.x * scale, p.y * scale, p.z * scale}; }
inline Point Moved(Point p, float dx, float dy, float dz) { return {p.x + dx, p.y + dy, p.z + dz}; }

// About the distance to an ellipsoid's surface; negative inside.
inline float Ellipsoid(Point p, Point center, Point radii) {
  const float x = (p.x - center.x) / radii.x, y = (p.y - center.y) / radii.y, z = (p.z - center.z) / radii.z;
  return (std::sqrt(x * x + y * y + z * z) - 1) * std::min({radii.x, radii.y, radii.z});
}

inline float Ellipse(float x, float y, float cx, float cy, float rx, float ry) {
  const float u = (x - cx) / rx, v = (y - cy) / ry;
  return (std::sqrt(u * u + v * v) - 1) * std::min(rx, ry);
}

// The distance to a capsule of radius `radius` around the segment from a to b; negative inside.
inline float Tube(Point p, Point a, Point b, float radius) {
  const float bx = b.x - a.x, by = b.y - a.y, bz = b.z - a.z;
  const float px = p.x - a.x, py = p.y - a.y, pz = p.z - a.z;
  const float t = std::clamp((px * bx + py * by + pz * bz) / (bx * bx + by * by + bz * bz), 0.0f, 1.0f);
  const float dx = px - t * bx, dy = py - t * by, dz = pz - t * bz;
  return std::sqrt(dx * dx + dy * dy + dz * dz) - radius;
}

// How much of a voxel lies inside a surface at `distance`, where the edge is `width` wide: 1 inside, 0 outside.
inline float Inside(float distance, float width) { return std::clamp(0.5f - distance / width, 0.0f, 1.0f); }

// Lays a material over `value` as far as the voxel lies inside its surface.
inline float Over(float value, float material, float distance, float width = 1.2f) {
  return value + (material - value) * Inside(distance, width);
}

// The strokes of a capital L in a box 3 wide and 5 high whose corner is (0, 0), y downwards; negative inside.
inline float LetterL(float x, float y) {
  const float stem = std::max(std::fabs(x - 0.5f) - 0.5f, std::fabs(y - 2.5f) - 2.5f);
  const float foot = std::max(std::fabs(x - 1.5f) - 1.5f, std::fabs(y - 4.5f) - 0.5f);
  return std::min(stem, foot);
}

}  // namespace vitrine::fetch::phantom

#endif  // VITRINE_FETCH_PHANTOM_MATH_H_
