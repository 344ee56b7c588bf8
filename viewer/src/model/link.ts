// The whole state of a viewer as a short text, for links: LAYOUT followed by one part for each viewport, joined by ';'.
// A part is a list of key:value joined by '~'; series are written once, at the end.

import type { Projection, ShapeKind } from '../core/messages';
import type { Vec3 } from '../core/vector';
import { isLayout, type Layout } from './layout';
import { newPane, type Kind, type PaneState, type Shape } from './pane_state';

export interface ViewerState {
  layout: Layout;
  active: number;
  panes: PaneState[];
  focus?: Vec3;     // The crosshair.
}

const kinds: Record<string, Kind> = { f: 'frame', s: 'slice', v: 'volume' };
const projections: Record<string, Projection> = {
  a: 'AVERAGE_INTENSITY', x: 'MAXIMUM_INTENSITY', n: 'MINIMUM_INTENSITY', r: 'VOLUME_RENDERED',
};
const shapes: Record<string, ShapeKind> = { p: 'POINT', l: 'LENGTH', a: 'ANGLE', r: 'RECTANGLE', e: 'ELLIPSE' };

const keyOf = <T>(table: Record<string, T>, value: T): string => Object.keys(table).find((key) => table[key] === value)!;
const short = (value: number): string => String(+value.toFixed(4));
const list = (values: readonly number[]): string => values.map(short).join(',');

function numbers(text: string | undefined, count: number): number[] | undefined {
  const values = (text ?? '').split(',').map(Number);
  return text && values.length === count && values.every(Number.isFinite) ? values : undefined;
}

const vec3 = (text: string | undefined): Vec3 | undefined => numbers(text, 3) as unknown as Vec3 | undefined;

const writeShape = (shape: Shape): string =>
  `${keyOf(shapes, shape.kind)}${shape.index}_${shape.points.map(list).join('_')}`;

function readShape(text: string): Shape[] {
  const [head = '', ...rest] = text.split('_');
  const kind = shapes[head.charAt(0)];
  const points = rest.map(vec3);
  if (!kind || points.length === 0 || points.some((point) => !point)) return [];
  return [{ kind, index: Number(head.slice(1)) || 0, points: points as Vec3[] }];
}

function writePane(pane: PaneState, series: string[]): string {
  const parts = [`k:${keyOf(kinds, pane.kind)}`, `s:${series.indexOf(pane.series)}`];
  if (pane.index > 0) parts.push(`i:${pane.index}`);
  if (pane.window) parts.push(`w:${list([pane.window.center, pane.window.width])}`);
  if (pane.zoom !== 1) parts.push(`z:${short(pane.zoom)}`);
  if (pane.pan[0] || pane.pan[1]) parts.push(`p:${list(pane.pan)}`);
  if (pane.roll) parts.push(`r:${short(pane.roll)}`);
  const flags = (pane.invert ? 'i' : '') + (pane.flipHorizontal ? 'h' : '') + (pane.flipVertical ? 'v' : '');
  if (flags) parts.push(`f:${flags}`);
  if (pane.kind !== 'frame') parts.push(`d:${list(pane.direction)}`, `u:${list(pane.up)}`, `m:${keyOf(projections, pane.projection)}`);
  if (pane.slabMm) parts.push(`b:${short(pane.slabMm)}`);
  if (pane.preset) parts.push(`t:${pane.preset}`);
  if (pane.shapes.length) parts.push(`o:${pane.shapes.map(writeShape).join('!')}`);
  return parts.join('~');
}

function readPane(text: string, series: string[]): PaneState | undefined {
  const values = new Map(text.split('~').map((part) => [part.slice(0, 1), part.slice(2)] as const));
  const uid = series[Number(values.get('s'))];
  if (!uid) return undefined;
  const pane = newPane(uid, kinds[values.get('k') ?? ''] ?? 'frame');
  const window = numbers(values.get('w'), 2);
  const flags = values.get('f') ?? '';
  return {
    ...pane,
    index: Math.max(0, Math.round(Number(values.get('i')) || 0)),
    ...(window && { window: { center: window[0]!, width: window[1]! } }),
    zoom: Number(values.get('z')) || 1,
    pan: (numbers(values.get('p'), 2) as [number, number] | undefined) ?? [0, 0],
    roll: Number(values.get('r')) || 0,
    invert: flags.includes('i'),
    flipHorizontal: flags.includes('h'),
    flipVertical: flags.includes('v'),
    direction: vec3(values.get('d')) ?? pane.direction,
    up: vec3(values.get('u')) ?? pane.up,
    projection: projections[values.get('m') ?? ''] ?? pane.projection,
    slabMm: Number(values.get('b')) || 0,
    preset: /^[a-z0-9-]*$/.exec(values.get('t') ?? '')?.[0] ?? '',
    shapes: (values.get('o') ?? '').split('!').flatMap(readShape),
  };
}

export function writeLink(state: ViewerState): string {
  const series = [...new Set(state.panes.map((pane) => pane.series))];
  const head = [state.layout, state.active, ...(state.focus ? [list(state.focus)] : [])].join('~');
  return [head, ...state.panes.map((pane) => writePane(pane, series)), series.join(',')].join(';');
}

// undefined where the text is no link of this kind.
export function readLink(text: string): ViewerState | undefined {
  const parts = text.split(';');
  const [layout = '', active = '', focus] = (parts.shift() ?? '').split('~');
  const series = (parts.pop() ?? '').split(',').filter((uid) => /^[0-9.]{1,64}$/.test(uid));
  const panes = parts.map((part) => readPane(part, series));
  if (!isLayout(layout) || panes.length === 0 || panes.some((pane) => !pane)) return undefined;
  const point = vec3(focus);
  return { layout, active: Math.min(panes.length - 1, Number(active) || 0), panes: panes as PaneState[], ...(point && { focus: point }) };
}
