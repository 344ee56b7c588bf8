// What a series holds, ready for viewports: the stack of its pictures and its volume.

import type { InstanceDescription, SeriesDescription, Vector3, VolumeDescription, WindowPreset } from '../core/messages';
import { sentence } from '../core/failure';
import { add, cross, dot, normalize, scale, type Vec3 } from '../core/vector';

export interface StackPicture {
  instance: InstanceDescription;
  frame: number;   // From 1.
}

export interface SeriesContent {
  uid: string;
  modality: string;
  description: string;
  pictures: StackPicture[];
  windows: WindowPreset[];   // Of the middle picture.
  isColour: boolean;
  frameTimeMs: number;       // 0: unknown.
  volume?: VolumeDescription;
  notShown: string;          // Why there is nothing to show, or ''.
  noVolume: string;          // Why there is no volume, or ''.
}

export const toVec3 = (vector?: Vector3): Vec3 => [vector?.x ?? 0, vector?.y ?? 0, vector?.z ?? 0];
export const toVector3 = (vector: Vec3): Vector3 => ({ x: vector[0], y: vector[1], z: vector[2] });

const normalOf = (instance: InstanceDescription): Vec3 =>
  normalize(cross(toVec3(instance.rowDirection), toVec3(instance.columnDirection)));

// Along their common normal where all images have a place in the patient, else by their numbers.
function inOrder(instances: InstanceDescription[]): InstanceDescription[] {
  const first = instances[0];
  if (!first || !instances.every((instance) => instance.imagePosition && instance.rowDirection)) return instances;
  const normal = normalOf(first);
  if (!instances.every((instance) => dot(normalOf(instance), normal) > 0.99)) return instances;
  const place = (instance: InstanceDescription): number => dot(toVec3(instance.imagePosition), normal);
  const isRising = place(first) <= place(instances[instances.length - 1]!);
  const sorted = [...instances].sort((a, b) => place(a) - place(b) || (a.instanceNumber ?? 0) - (b.instanceNumber ?? 0));
  return isRising ? sorted : sorted.reverse();
}

// The volume with the most voxels.
function largest(volumes: VolumeDescription[]): VolumeDescription | undefined {
  const size = (volume: VolumeDescription): number => volume.columns * volume.rows * volume.slices;
  return [...volumes].sort((a, b) => size(b) - size(a))[0];
}

export function contentOf(uid: string, description: SeriesDescription): SeriesContent {
  const all = description.instances ?? [];
  const shown = inOrder(all.filter((instance) => !instance.notRenderable));
  const pictures = shown.flatMap((instance) =>
    Array.from({ length: Math.max(1, instance.numberOfFrames ?? 1) }, (_, index) => ({ instance, frame: index + 1 })));
  const middle = pictures[Math.floor(pictures.length / 2)]?.instance;
  const photometric = middle?.photometricInterpretation ?? '';
  const volume = largest(description.volumes ?? []);
  return {
    uid,
    modality: description.modality ?? '',
    description: description.seriesDescription ?? '',
    pictures,
    windows: middle?.windows ?? [],
    isColour: photometric !== '' && !photometric.startsWith('MONOCHROME'),
    frameTimeMs: middle?.frameTimeMs ?? 0,
    ...(volume && { volume }),
    notShown: pictures.length > 0 ? '' : sentence(all[0]?.notRenderable ?? 'the series holds no images'),
    noVolume: volume ? '' : sentence(description.leftOut?.[0] ?? 'the images of this series form no volume'),
  };
}

// The middle of the volume, and its size along a direction around the outer edges of its voxels, in mm.
export function volumeCentre(volume: VolumeDescription): Vec3 {
  const half = (direction: Vector3, count: number, spacing: number): Vec3 =>
    scale(toVec3(direction), ((count - 1) * spacing) / 2);
  return [
    half(volume.columnDirection, volume.columns, volume.columnSpacingMm),
    half(volume.rowDirection, volume.rows, volume.rowSpacingMm),
    half(volume.sliceDirection, volume.slices, volume.sliceSpacingMm),
  ].reduce(add, toVec3(volume.origin));
}

export function volumeExtent(volume: VolumeDescription, direction: Vec3): number {
  const along = (axis: Vector3, count: number, spacing: number): number =>
    Math.abs(dot(toVec3(axis), direction)) * count * spacing;
  return along(volume.columnDirection, volume.columns, volume.columnSpacingMm) +
    along(volume.rowDirection, volume.rows, volume.rowSpacingMm) +
    along(volume.sliceDirection, volume.slices, volume.sliceSpacingMm);
}

export const smallestSpacing = (volume: VolumeDescription): number =>
  Math.min(volume.columnSpacingMm, volume.rowSpacingMm, volume.sliceSpacingMm);

// Unit vectors along columns' and rows' steps and at a right angle to both.
export function volumeAxes(volume: VolumeDescription): Vec3[] {
  const across = toVec3(volume.columnDirection);
  const down = toVec3(volume.rowDirection);
  return [across, down, normalize(cross(across, down))];
}

// The distance of neighbouring planes of voxels along a direction.
export function volumeStep(volume: VolumeDescription, direction: Vec3): number {
  const spacings = [volume.columnSpacingMm, volume.rowSpacingMm, volume.sliceSpacingMm];
  return volumeAxes(volume).reduce((sum, axis, index) => sum + Math.abs(dot(axis, direction)) * spacings[index]!, 0);
}
