// What one viewport shows: plain data, everything that a link has to keep.

import type { Vec3 } from '../core/vector';
import type { Projection, ShapeKind } from '../core/messages';

export type Kind = 'frame' | 'slice' | 'volume';

// Points of a frame are pixels of the image (z is 0), of a slice mm of the patient.
export interface Shape {
  kind: ShapeKind;
  points: Vec3[];
  index: number;   // Of the picture in the stack on which it lies; 0 for slices.
}

export interface PaneState {
  series: string;
  kind: Kind;
  index: number;                               // Of the picture in the stack, from 0; below 0: where the stack best begins.
  window?: { center: number; width: number };  // Absent: the image's own.
  invert: boolean;
  zoom: number;                                // 1: everything just fits.
  pan: readonly [number, number];              // mm (pixels where the spacing is unknown) from the middle of the image.
  roll: number;                                // Degrees, clockwise on the screen.
  flipHorizontal: boolean;
  flipVertical: boolean;
  direction: Vec3;                             // Of sight.
  up: Vec3;
  slabMm: number;
  projection: Projection;
  preset: string;                              // Of a volume rendering; '': by modality.
  shapes: Shape[];
}

// The three standard planes, and the volume as seen from in front. Lines of sight and up.
export const planes: Record<'axial' | 'coronal' | 'sagittal', { direction: Vec3; up: Vec3 }> = {
  axial: { direction: [0, 0, 1], up: [0, -1, 0] },
  coronal: { direction: [0, 1, 0], up: [0, 0, 1] },
  sagittal: { direction: [-1, 0, 0], up: [0, 0, 1] },
};

export function newPane(series: string, kind: Kind = 'frame'): PaneState {
  return {
    series,
    kind,
    index: -1,
    invert: false,
    zoom: 1,
    pan: [0, 0],
    roll: 0,
    flipHorizontal: false,
    flipVertical: false,
    ...planes.coronal,
    slabMm: 0,
    projection: kind === 'volume' ? 'VOLUME_RENDERED' : 'AVERAGE_INTENSITY',
    preset: '',
    shapes: [],
  };
}
