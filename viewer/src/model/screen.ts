// The sheet on the screen: from (u, v) to CSS pixels of the viewport and back.

import type { PaneState } from './pane_state';
import type { Point, Scene } from './scene';

export interface Rectangle { left: number; top: number; width: number; height: number }

export class Screen {
  readonly scale: number;     // CSS pixels of one unit of the sheet.
  private readonly cosine: number;
  private readonly sine: number;
  private readonly mirror: Point;

  constructor(private readonly pane: PaneState, scene: Scene, readonly width: number, readonly height: number) {
    const angle = (pane.roll * Math.PI) / 180;
    this.cosine = Math.cos(angle);
    this.sine = Math.sin(angle);
    this.mirror = [pane.flipHorizontal ? -1 : 1, pane.flipVertical ? -1 : 1];
    const [w, h] = scene.size;
    const across = Math.abs(this.cosine) * w + Math.abs(this.sine) * h;
    const along = Math.abs(this.sine) * w + Math.abs(this.cosine) * h;
    this.scale = Math.min(width / across, height / along) * pane.zoom;
  }

  // A direction of the sheet as one of the screen, without the scale.
  turn([u, v]: Point): Point {
    const x = u * this.mirror[0];
    const y = v * this.mirror[1];
    return [x * this.cosine - y * this.sine, x * this.sine + y * this.cosine];
  }

  turnBack([x, y]: Point): Point {
    return [(x * this.cosine + y * this.sine) * this.mirror[0], (y * this.cosine - x * this.sine) * this.mirror[1]];
  }

  toScreen([u, v]: Point): Point {
    const [x, y] = this.turn([u - this.pane.pan[0], v - this.pane.pan[1]]);
    return [this.width / 2 + x * this.scale, this.height / 2 + y * this.scale];
  }

  toSheet([x, y]: Point): Point {
    const [u, v] = this.turnBack([(x - this.width / 2) / this.scale, (y - this.height / 2) / this.scale]);
    return [u + this.pane.pan[0], v + this.pane.pan[1]];
  }

  // The smallest upright rectangle of the sheet that covers the viewport.
  visible(): Rectangle {
    const corners = ([[0, 0], [this.width, 0], [0, this.height], [this.width, this.height]] as Point[]).map((corner) => this.toSheet(corner));
    const us = corners.map(([u]) => u);
    const vs = corners.map(([, v]) => v);
    const left = Math.min(...us);
    const top = Math.min(...vs);
    return { left, top, width: Math.max(...us) - left, height: Math.max(...vs) - top };
  }

  // For a canvas context whose unit is a CSS pixel.
  matrix(): [number, number, number, number, number, number] {
    const [ax, ay] = this.turn([this.scale, 0]);
    const [bx, by] = this.turn([0, this.scale]);
    const [x, y] = this.toScreen([0, 0]);
    return [ax, ay, bx, by, x, y];
  }

  get isUpright(): boolean {
    return this.pane.roll % 90 === 0;
  }
}
