// Vectors of three numbers: mm in the patient coordinate system (LPS) or directions in it.

export type Vec3 = readonly [number, number, number];

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vec3, factor: number): Vec3 => [a[0] * factor, a[1] * factor, a[2] * factor];
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const length = (a: Vec3): number => Math.sqrt(dot(a, a));
export const negate = (a: Vec3): Vec3 => [-a[0], -a[1], -a[2]];

export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

// A zero vector stays what it is.
export const normalize = (a: Vec3): Vec3 => {
  const size = length(a);
  return size === 0 ? a : scale(a, 1 / size);
};

// Turns `a` about the unit vector `axis`, counter-clockwise as seen from its tip.
export function rotate(a: Vec3, axis: Vec3, radians: number): Vec3 {
  const cosine = Math.cos(radians);
  const along = scale(axis, dot(axis, a) * (1 - cosine));
  return add(add(scale(a, cosine), scale(cross(axis, a), Math.sin(radians))), along);
}

// The patient's axis that is nearest to the direction, with its sign.
export function nearestAxis(a: Vec3): Vec3 {
  const size = a.map(Math.abs);
  const largest = size.indexOf(Math.max(...size));
  return [0, 1, 2].map((axis) => (axis === largest ? Math.sign(a[axis]!) : 0)) as unknown as Vec3;
}
