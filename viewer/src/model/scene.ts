// What a viewport looks at, as a flat sheet: coordinates (u, v) to the right and down in mm (pixels where the spacing is
// unknown) from the middle of the image or of the volume. Everything on the screen is placed through this sheet.

import { add, cross, dot, nearestAxis, normalize, scale, subtract, type Vec3 } from '../core/vector';
import type { InstanceDescription } from '../core/messages';
import type { PaneState } from './pane_state';
import { toVec3, volumeCentre, volumeExtent, type SeriesContent } from './series_content';

export type Point = readonly [number, number];

export interface Scene {
  size: Point;           // Of what just fits at zoom 1.
  isMetric: boolean;     // (u, v) are mm.
  right?: Vec3;          // Patient directions of u and v, where known.
  down?: Vec3;
  toImage(point: Point): Vec3;    // The coordinates of measurements: pixels of a frame, mm of the patient.
  fromImage(point: Vec3): Point;
  depth(point: Vec3): number;     // mm behind the sheet; 0 for frames.
}

// Width and height of one pixel in the sheet's units.
export function pixelSize(instance: InstanceDescription): Point {
  const { rowSpacingMm, columnSpacingMm } = instance;
  return rowSpacingMm && columnSpacingMm ? [columnSpacingMm, rowSpacingMm] : [1, 1];
}

export function frameScene(instance: InstanceDescription): Scene {
  const [width, height] = pixelSize(instance);
  const columns = instance.columns ?? 1;
  const rows = instance.rows ?? 1;
  return {
    size: [columns * width, rows * height],
    isMetric: Boolean(instance.rowSpacingMm),
    ...(instance.rowDirection && { right: toVec3(instance.rowDirection), down: toVec3(instance.columnDirection) }),
    toImage: ([u, v]) => [u / width + columns / 2, v / height + rows / 2, 0],
    fromImage: ([x, y]) => [(x - columns / 2) * width, (y - rows / 2) * height],
    depth: () => 0,
  };
}

export const rightOf = (pane: PaneState): Vec3 => normalize(cross(pane.direction, pane.up));

// Where the plane of a slice is: through `focus`, the point that all planes of a series share.
export function planePoint(pane: PaneState, content: SeriesContent, focus: Vec3): Vec3 {
  const centre = volumeCentre(content.volume!);
  return add(centre, scale(pane.direction, dot(subtract(focus, centre), pane.direction)));
}

export function volumeScene(pane: PaneState, content: SeriesContent, focus: Vec3): Scene {
  const volume = content.volume!;
  const right = rightOf(pane);
  const down = scale(pane.up, -1);
  const origin = pane.kind === 'slice' ? planePoint(pane, content, focus) : volumeCentre(volume);
  // The size stays the same while a plane tilts or the volume turns.
  const extent = (direction: Vec3): number => volumeExtent(volume, direction);
  const sides = [extent([1, 0, 0]), extent([0, 1, 0]), extent([0, 0, 1])];
  const across = Math.max(Math.hypot(...sides) * 0.65, ...sides);
  const size: Point = pane.kind === 'slice' ? [extent(nearestAxis(right)), extent(nearestAxis(down))] : [across, across];
  return {
    size,
    isMetric: true,
    right,
    down,
    toImage: ([u, v]) => add(origin, add(scale(right, u), scale(down, v))),
    fromImage: (point) => {
      const offset = subtract(point, origin);
      return [dot(offset, right), dot(offset, down)];
    },
    depth: (point) => dot(subtract(point, origin), pane.direction),
  };
}

export function sceneOf(pane: PaneState, content: SeriesContent, focus: Vec3): Scene | undefined {
  if (pane.kind !== 'frame') return content.volume && volumeScene(pane, content, focus);
  const picture = content.pictures[pane.index];
  return picture && frameScene(picture.instance);
}
