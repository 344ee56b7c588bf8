// What the first mouse button, or one finger, does.

import type { ShapeKind } from '../core/messages';
import type { Kind } from '../model/pane_state';

export type Tool = 'window' | 'scroll' | 'pan' | 'zoom' | 'crosshair' | 'turn' | ShapeKind;

const shapeKinds: readonly string[] = ['POINT', 'LENGTH', 'ANGLE', 'RECTANGLE', 'ELLIPSE'];

export const isShapeTool = (tool: Tool): tool is ShapeKind => shapeKinds.includes(tool);

// A volume rendering has no grey values that one could point at.
export function toolsFor(kind: Kind): Tool[] {
  if (kind === 'volume') return ['turn', 'window', 'pan', 'zoom'];
  const drawn: Tool[] = ['LENGTH', 'ANGLE', 'RECTANGLE', 'ELLIPSE', 'POINT'];
  return kind === 'slice' ? ['crosshair', 'window', 'scroll', 'pan', 'zoom', 'turn', ...drawn] : ['window', 'scroll', 'pan', 'zoom', ...drawn];
}

// With a finger one wants to leaf through a stack, with a mouse there is the wheel.
export function firstTools(): Record<Kind, Tool> {
  const isTouch = matchMedia('(pointer: coarse)').matches;
  return { frame: isTouch ? 'scroll' : 'window', slice: 'crosshair', volume: 'turn' };
}
