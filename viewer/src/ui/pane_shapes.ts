// The measurements over a picture, finished and under way.

import type { TemplateResult } from 'lit';
import { measurement } from '../draw/overlay';
import type { PaneState, Shape } from '../model/pane_state';
import type { Scene } from '../model/scene';
import type { Screen } from '../model/screen';
import { isShownOn } from './drawing';

// linesOf: the words of a finished one.
export function shapesOver(pane: PaneState, scene: Scene, screen: Screen, draft: Shape | undefined, linesOf: (shape: Shape) => string[]): TemplateResult[] {
  if (pane.kind === 'volume') return [];
  const finished = pane.shapes.filter((shape) => isShownOn(shape, pane, scene));
  return [
    ...finished.map((shape) => measurement(shape, linesOf(shape), scene, screen)),
    ...(draft ? [measurement(draft, [], scene, screen)] : []),
  ];
}
