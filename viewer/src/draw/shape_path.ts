// Measurements on the screen: their outlines, and the lengths that show while the hand still draws.

import type { MeasureResult, Statistics } from '../core/messages';
import type { Shape } from '../model/pane_state';
import type { Point, Scene } from '../model/scene';
import type { Screen } from '../model/screen';

export interface Outline { points: Point[]; closed: boolean }

export const pointsNeeded: Record<Shape['kind'], number> = { POINT: 1, LENGTH: 2, ANGLE: 3, RECTANGLE: 2, ELLIPSE: 2 };

const ellipseSteps = 48;

// In the sheet's coordinates, so that it turns with the picture.
export function outlineOf(shape: Shape, scene: Scene): Outline {
  const points = shape.points.map((point) => scene.fromImage(point));
  const [a, b] = points;
  if (!a || !b || shape.kind === 'LENGTH' || shape.kind === 'ANGLE') return { points, closed: false };
  if (shape.kind === 'RECTANGLE') return { points: [a, [b[0], a[1]], b, [a[0], b[1]]], closed: true };
  const round = Array.from({ length: ellipseSteps }, (_, step): Point => {
    const angle = (2 * Math.PI * step) / ellipseSteps;
    return [(a[0] + b[0]) / 2 + ((b[0] - a[0]) / 2) * Math.cos(angle), (a[1] + b[1]) / 2 + ((b[1] - a[1]) / 2) * Math.sin(angle)];
  });
  return { points: round, closed: true };
}

export function pathOf(shape: Shape, scene: Scene, screen: Screen): string {
  const { points, closed } = outlineOf(shape, scene);
  const steps = points.map((point) => screen.toScreen(point).map((value) => value.toFixed(1)).join(' '));
  return steps.length > 1 ? `M${steps.join('L')}${closed ? 'Z' : ''}` : '';
}

const rounded = (value: number): string => {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
};

// The distance of two points of the sheet, with its unit.
export function distance(a: Point, b: Point, isMetric: boolean): string {
  return `${rounded(Math.hypot(a[0] - b[0], a[1] - b[1]))} ${isMetric ? 'mm' : 'px'}`;
}

function statisticsLines(statistics: Statistics, withUnit: (value: number) => string): string[] {
  const { mean, standardDeviation = 0, minimum = 0, maximum = 0, areaMm2 } = statistics;
  return [
    ...(mean === undefined ? ['no values here'] : [`mean ${withUnit(mean)}`, `sd ${rounded(standardDeviation)}`, `min ${rounded(minimum)}  max ${rounded(maximum)}`]),
    ...(areaMm2 === undefined ? [] : [`${rounded(areaMm2 / 100)} cm²`]),
  ];
}

// Where lengths hold that are not those in the patient.
const places: Record<string, string> = { IMAGER_PIXEL_SPACING: 'on the detector', NOMINAL_SCANNED_PIXEL_SPACING: 'on the film' };

// The lines of a measurement's label.
export function resultLines(result: MeasureResult, unit: string): string[] {
  const lines: string[] = [];
  const withUnit = (value: number): string => `${rounded(value)}${unit && ` ${unit}`}`;
  if (result.lengthMm !== undefined) lines.push(`${rounded(result.lengthMm)} mm`);
  else if (result.lengthPixels !== undefined) lines.push(`${rounded(result.lengthPixels)} px`);
  if (result.angleDegrees !== undefined) lines.push(`${result.angleDegrees.toFixed(1)}°`);
  if (result.value !== undefined) lines.push(withUnit(result.value));
  if (result.statistics) lines.push(...statisticsLines(result.statistics, withUnit));
  const place = places[result.spacingSource ?? ''];
  if (place) lines.push(place);
  return lines.length > 0 ? lines : ['no value here'];
}
