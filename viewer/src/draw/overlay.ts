// What lies over a picture, as SVG: sharp on any screen, and part of exported pictures, hence attributes and no styles.

import { svg, type SVGTemplateResult } from 'lit';
import type { Point, Scene } from '../model/scene';
import type { Screen } from '../model/screen';
import type { Shape } from '../model/pane_state';
import { distance, outlineOf, pathOf } from './shape_path';
import { edgeLetters } from './orientation';
import { scaleBar } from './scale_bar';

export interface CornerTexts { topLeft: string[]; topRight: string[]; bottomLeft: string[]; bottomRight: string[] }

export interface CrosshairLine { through: Point; direction: Point; colour: string }

const font = 'Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const accent = '#7cc4ff';
const lineHeight = 16;
const inset = 12;

const label = (text: string, x: number, y: number, anchor: 'start' | 'middle' | 'end', colour = '#dde3ea', size = 12): SVGTemplateResult =>
  svg`<text x=${x} y=${y} text-anchor=${anchor} fill=${colour} font-family=${font} font-size=${size} stroke="#000" stroke-opacity="0.75"
    stroke-width="3" stroke-linejoin="round" paint-order="stroke">${text}</text>`;

function column(lines: string[], x: number, y: number, anchor: 'start' | 'end'): SVGTemplateResult[] {
  return lines.map((line, index) => label(line, x, y + index * lineHeight, anchor));
}

export function corners(texts: CornerTexts, { width, height }: Screen): SVGTemplateResult {
  const low = (lines: string[]): number => height - inset - (lines.length - 1) * lineHeight;
  return svg`${column(texts.topLeft, inset, inset + 10, 'start')}${column(texts.topRight, width - inset, inset + 10, 'end')}
    ${column(texts.bottomLeft, inset, low(texts.bottomLeft), 'start')}${column(texts.bottomRight, width - inset, low(texts.bottomRight), 'end')}`;
}

export function letters(scene: Scene, screen: Screen): SVGTemplateResult | undefined {
  const edges = edgeLetters(scene, screen);
  if (!edges) return undefined;
  const { width, height } = screen;
  const at = (text: string, x: number, y: number, anchor: 'start' | 'middle' | 'end'): SVGTemplateResult =>
    label(text, x, y, anchor, '#f2c879', 13);
  return svg`${at(edges.top, width / 2, inset + 10, 'middle')}${at(edges.bottom, width / 2, height - inset, 'middle')}
    ${at(edges.left, inset, height / 2 + 5, 'start')}${at(edges.right, width - inset, height / 2 + 5, 'end')}`;
}

// At the right edge, upright, where neither letters nor texts are.
export function bar(scene: Scene, screen: Screen): SVGTemplateResult | undefined {
  const found = scene.isMetric ? scaleBar(screen.scale, Math.min(140, screen.height * 0.22)) : undefined;
  if (!found) return undefined;
  const x = screen.width - inset;
  const bottom = screen.height / 2 - 22;
  const top = bottom - found.pixels;
  const path = `M${x - 6} ${top}H${x}V${bottom}H${x - 6}`;
  return svg`<path d=${path} fill="none" stroke="#000" stroke-opacity="0.6" stroke-width="3.5" />
    <path d=${path} fill="none" stroke="#dde3ea" stroke-width="1.25" />${label(found.label, x - 10, (top + bottom) / 2 + 4, 'end', '#dde3ea', 11)}`;
}

// Lines through the crosshair, open around it.
export function crosshair(lines: CrosshairLine[], screen: Screen): SVGTemplateResult[] {
  const gap = 14;
  const far = screen.width + screen.height;
  return lines.map(({ through, direction, colour }) => {
    const [x, y] = screen.toScreen(through);
    const [dx, dy] = screen.turn(direction);
    const part = (from: number, to: number): SVGTemplateResult =>
      svg`<line x1=${x + dx * from} y1=${y + dy * from} x2=${x + dx * to} y2=${y + dy * to} stroke=${colour} stroke-width="1.25" stroke-opacity="0.85" />`;
    return svg`${part(gap, far)}${part(-gap, -far)}`;
  });
}

function shapeLabel(shape: Shape, lines: string[], scene: Scene, screen: Screen): SVGTemplateResult[] {
  const places = outlineOf(shape, scene).points.map((point) => screen.toScreen(point));
  const right = places.reduce((best, place) => (place[0] > best[0] ? place : best));
  const x = Math.min(right[0] + 10, screen.width - 90);
  const y = Math.max(inset + 10, Math.min(right[1] + 4, screen.height - lines.length * lineHeight));
  return lines.map((line, index) => label(line, x, y + index * lineHeight, 'start', accent));
}

// lines: the measurement in words; empty while it is being drawn.
export function measurement(shape: Shape, lines: string[], scene: Scene, screen: Screen): SVGTemplateResult {
  const path = pathOf(shape, scene, screen);
  const handles = shape.points.map((point) => screen.toScreen(scene.fromImage(point)));
  const [a, b] = shape.points.map((point) => scene.fromImage(point));
  const shown = lines.length === 0 && shape.kind === 'LENGTH' && a && b ? [distance(a, b, scene.isMetric)] : lines;
  return svg`<path d=${path} fill="none" stroke="#000" stroke-opacity="0.6" stroke-width="4" /><path d=${path} fill="none" stroke=${accent} stroke-width="1.5" />
    ${handles.map(([x, y]) => svg`<circle cx=${x} cy=${y} r="3.5" fill="#0b0d10" stroke=${accent} stroke-width="1.5" />`)}
    ${shapeLabel(shape, shown, scene, screen)}`;
}
