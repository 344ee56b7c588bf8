// What the server says about measurements; asked once for each shape.

import { asFailure, type Failure } from '../core/failure';
import type { InstanceDescription, MeasureResult, View, Window } from '../core/messages';
import type { Service } from '../core/service';
import type { Vec3 } from '../core/vector';
import { resultLines } from '../draw/shape_path';
import type { Shape } from '../model/pane_state';
import type { Scene } from '../model/scene';
import { toVector3 } from '../model/series_content';

interface Known { view: string; lines: string[]; result?: MeasureResult }

export class Measurements {
  private readonly known = new WeakMap<Shape, Known>();

  // measured: an answer is there; result is absent where the server refused.
  constructor(private readonly service: Service, private readonly measured: (shape: Shape, result?: MeasureResult) => void) {}

  // The words for a shape: empty at first, then the answer.
  lines(shape: Shape, view: View, scene: Scene): string[] {
    const key = JSON.stringify(view);
    const known = this.known.get(shape);
    if (known?.view === key) return known.lines;
    const fresh: Known = { view: key, lines: known?.lines ?? [] };
    this.known.set(shape, fresh);
    void this.ask(shape, shape.points.map((point) => scene.toImage(scene.fromImage(point))), view, fresh);
    return fresh.lines;
  }

  // points: those of the shape, on the plane itself.
  private async ask(shape: Shape, points: Vec3[], view: View, known: Known): Promise<void> {
    try {
      const { results, unit } = await this.service.measure(view, [{ kind: shape.kind, points: points.map(toVector3) }]);
      known.result = results?.[0];
      known.lines = resultLines(known.result ?? {}, unit ?? '');
    } catch (error) {
      known.lines = [(asFailure(error) as Failure).message];
    }
    this.measured(shape, known.result);
  }
}

// The window that shows every value of a frame.
export async function rangeOf(service: Service, view: View, { columns = 1, rows = 1 }: InstanceDescription): Promise<Window> {
  const { results } = await service.measure(view, [{ kind: 'RECTANGLE', points: [{}, { x: columns, y: rows }] }]);
  const { minimum = 0, maximum = 0 } = results?.[0]?.statistics ?? {};
  return { center: (minimum + maximum) / 2, width: Math.max(1, maximum - minimum) };
}
