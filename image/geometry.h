#ifndef VITRINE_IMAGE_GEOMETRY_H_
#define VITRINE_IMAGE_GEOMETRY_H_

// Points and directions. Positions are millimetres in the patient coordinate system (PS3.3 C.7.6.2.1.1, LPS: +x to the
// patient's left, +y to posterior, +z to the head) unless a name says that they count voxels.

#include <cmath>

namespace vitrine::image {

struct Vector3 {
  double x = 0;
  double y = 0;
  double z = 0;

  friend bool operator==(const Vector3&, const Vector3&) = default;
};

inline Vector3 operator+(const Vector3& a, const Vector3& b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vector3 operator-(const Vector3& a, const Vector3& b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vector3 operator-(const Vector3& a) { return {-a.x, -a.y, -a.z}; }
inline Vector3 operator*(double s, const Vector3& a) { return {s * a.x, s * a.y, s * a.z}; }
inline double Dot(const Vector3& a, const Vector3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vector3 Cross(const Vector3& a, const Vector3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double Length(const Vector3& a) { return std::sqrt(Dot(a, a)); }
// `a` is not zero.
inline Vector3 Normalized(const Vector3& a) { return (1 / Length(a)) * a; }

// Axis-aligned; both ends inclusive.
struct Box {
  Vector3 minimum;
  Vector3 maximum;
};

// A linear map by the images of the unit vectors.
struct Matrix3 {
  Vector3 x{1, 0, 0};
  Vector3 y{0, 1, 0};
  Vector3 z{0, 0, 1};
};

inline Vector3 operator*(const Matrix3& m, const Vector3& v) { return v.x * m.x + v.y * m.y + v.z * m.z; }
inline Matrix3 operator*(const Matrix3& a, const Matrix3& b) { return {a * b.x, a * b.y, a * b.z}; }
inline Matrix3 Transposed(const Matrix3& m) {
  return {{m.x.x, m.y.x, m.z.x}, {m.x.y, m.y.y, m.z.y}, {m.x.z, m.y.z, m.z.z}};
}
inline double Determinant(const Matrix3& m) { return Dot(Cross(m.x, m.y), m.z); }
// The determinant is not zero.
inline Matrix3 Inverse(const Matrix3& m) {
  const double s = 1 / Determinant(m);
  return Transposed({s * Cross(m.y, m.z), s * Cross(m.z, m.x), s * Cross(m.x, m.y)});
}

}  // namespace vitrine::image

#endif  // VITRINE_IMAGE_GEOMETRY_H_
