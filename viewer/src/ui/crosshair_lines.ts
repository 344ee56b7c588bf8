// The other planes of a linked layout as lines in one of its viewports.

import { cross, dot, length, normalize } from '../core/vector';
import type { CrosshairLine } from '../draw/overlay';
import { isLinked } from '../model/layout';
import { sceneOf } from '../model/scene';
import type { ViewerModel } from '../model/viewer_model';

export const planeColours = ['#ff8f8f', '#8fe3a0', '#8fb6ff'];

export function crosshairLines(model: ViewerModel, index: number): CrosshairLine[] {
  const pane = model.panes[index];
  const content = model.content(pane);
  if (!pane || pane.kind !== 'slice' || !content?.volume || !isLinked(model.layout)) return [];
  const focus = model.focus(content);
  const scene = sceneOf(pane, content, focus)!;
  const through = scene.fromImage(focus);
  return model.panes.flatMap((other, at) => {
    const along = cross(pane.direction, other.direction);
    if (at === index || other.kind !== 'slice' || length(along) < 1e-3) return [];
    const line = normalize(along);
    return [{ through, direction: [dot(line, scene.right!), dot(line, scene.down!)] as const, colour: planeColours[at]! }];
  });
}
