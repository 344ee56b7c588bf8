// A measurement while it is drawn, and the handles of finished ones.

import { pointsNeeded } from '../draw/shape_path';
import type { PaneState, Shape } from '../model/pane_state';
import type { Point, Scene } from '../model/scene';
import type { Screen } from '../model/screen';
import type { ViewerModel } from '../model/viewer_model';

export interface DrawingPlace {
  readonly model: ViewerModel;
  readonly index: number;
  pane(): PaneState | undefined;
  scene(): Scene | undefined;
  screen(): Screen | undefined;
  redraw(): void;
}

const grabDistance = 12;

const planeTolerance = 0.5;   // mm between a plane and what was drawn on it.

export const isShownOn = (shape: Shape, pane: PaneState, scene: Scene): boolean =>
  pane.kind === 'frame' ? shape.index === pane.index : shape.points.every((point) => Math.abs(scene.depth(point)) < planeTolerance);

export class Drawing {
  // Not finished yet: its last point follows the pointer.
  draft?: Shape;
  private grabbed?: { shape: Shape; point: number };

  constructor(private readonly place: DrawingPlace) {}

  press(at: Point, kind: Shape['kind']): void {
    const point = this.image(at);
    const pane = this.place.pane();
    if (!point || !pane) return;
    if (this.draft) {
      this.moveLast(at);
      return;
    }
    this.grabbed = this.handleAt(at);
    if (this.grabbed) return;
    const index = pane.kind === 'frame' ? pane.index : 0;
    this.draft = { kind, index, points: kind === 'POINT' ? [point] : [point, point] };
    this.place.redraw();
  }

  drag(at: Point): void {
    if (this.draft) this.moveLast(at);
    else if (this.grabbed) this.moveGrabbed(at);
  }

  release(at: Point, wasClick: boolean): void {
    this.grabbed = undefined;
    if (!this.draft) return;
    const { kind, points } = this.draft;
    // A click leaves the second point in the air until the next one.
    if (wasClick && points.length === 2 && kind !== 'POINT' && this.isEmpty()) return;
    this.moveLast(at);
    if (points.length < pointsNeeded[kind]) {
      this.draft = { ...this.draft, points: [...this.draft.points, this.draft.points[this.draft.points.length - 1]!] };
      return;
    }
    this.finish();
  }

  hover(at: Point): void {
    if (this.draft) this.moveLast(at);
  }

  cancel(): void {
    if (!this.draft) return;
    this.draft = undefined;
    this.place.redraw();
  }

  private finish(): void {
    const pane = this.place.pane();
    const shape = this.draft;
    this.draft = undefined;
    if (!pane || !shape) return;
    this.place.model.update(this.place.index, { shapes: [...pane.shapes, shape] });
  }

  private isEmpty(): boolean {
    const [a, b] = this.draft!.points;
    return Boolean(a && b && a.every((value, axis) => value === b[axis]));
  }

  private image(at: Point): Shape['points'][number] | undefined {
    const screen = this.place.screen();
    return screen && this.place.scene()?.toImage(screen.toSheet(at));
  }

  private moveLast(at: Point): void {
    const point = this.image(at);
    if (!this.draft || !point) return;
    this.draft = { ...this.draft, points: [...this.draft.points.slice(0, -1), point] };
    this.place.redraw();
  }

  private moveGrabbed(at: Point): void {
    const point = this.image(at);
    const pane = this.place.pane();
    const { shape, point: moved } = this.grabbed!;
    if (!point || !pane) return;
    const changed = { ...shape, points: shape.points.map((old, index) => (index === moved ? point : old)) };
    this.grabbed = { shape: changed, point: moved };
    this.place.model.update(this.place.index, { shapes: pane.shapes.map((other) => (other === shape ? changed : other)) });
  }

  private handleAt(at: Point): { shape: Shape; point: number } | undefined {
    const pane = this.place.pane();
    const scene = this.place.scene();
    const screen = this.place.screen();
    if (!pane || !scene || !screen) return undefined;
    for (const shape of pane.shapes.filter((candidate) => isShownOn(candidate, pane, scene))) {
      const point = shape.points.findIndex((candidate) => {
        const [x, y] = screen.toScreen(scene.fromImage(candidate));
        return Math.hypot(x - at[0], y - at[1]) < grabDistance;
      });
      if (point >= 0) return { shape, point };
    }
    return undefined;
  }
}
