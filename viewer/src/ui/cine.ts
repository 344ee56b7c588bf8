// Plays the active viewport: a stack at the object's own rate, a plane through the volume, a volume in a turn. Pictures that
// come too late are left out; the pace stays. A stack is played by the service where a stream is there.

import type { ViewerModel } from '../model/viewer_model';

export interface CinePlace {
  readonly model?: ViewerModel;
  readonly activePane: { figures(): { transport: string } | undefined } | null;
  requestUpdate(): void;
}

const defaultRate = 10;             // Pictures a second.
const turnSeconds = 12;             // For a full turn of a volume.
const tickMs = 1000 / 30;
const rateStep = 1.25;

export class Cine {
  private timer = 0;
  private lastTick = 0;
  private rest = 0;
  private direction = 1;
  private speed = 1;

  constructor(private readonly place: CinePlace) {}

  get isPlaying(): boolean {
    return this.timer !== 0;
  }

  // Pictures a second of the active viewport's stack.
  get rate(): number {
    const model = this.place.model;
    const frameTimeMs = model?.content(model.activePane)?.frameTimeMs ?? 0;
    return (frameTimeMs > 0 ? 1000 / frameTimeMs : defaultRate) * this.speed;
  }

  // The rate at which the service plays the active viewport, 0: the object's own; undefined while it does not.
  get served(): number | undefined {
    const pane = this.place.model?.activePane;
    if (!this.isPlaying || pane?.kind !== 'frame' || this.place.activePane?.figures()?.transport !== 'stream') return undefined;
    return this.speed === 1 && this.place.model!.content(pane)?.frameTimeMs ? 0 : this.rate;
  }

  faster(): void {
    this.changeSpeed(rateStep);
  }

  slower(): void {
    this.changeSpeed(1 / rateStep);
  }

  toggle(): void {
    if (this.isPlaying) this.stop();
    else this.start();
  }

  stop(): void {
    if (!this.isPlaying) return;
    clearInterval(this.timer);
    this.timer = 0;
    this.place.model?.changed();
    this.place.requestUpdate();
  }

  private start(): void {
    this.lastTick = performance.now();
    this.rest = 0;
    this.direction = 1;
    this.timer = window.setInterval(() => this.tick(), tickMs);
    this.place.requestUpdate();
  }

  private changeSpeed(factor: number): void {
    this.speed = Math.max(0.1, Math.min(10, this.speed * factor));
    this.place.requestUpdate();
  }

  private tick(): void {
    const model = this.place.model;
    const pane = model?.activePane;
    const content = model?.content(pane);
    if (!model || !pane || !content || this.served !== undefined) return;
    const now = performance.now();
    const seconds = (now - this.lastTick) / 1000;
    this.lastTick = now;
    if (pane.kind === 'volume') {
      model.turn(model.active, (2 * Math.PI * seconds * this.speed) / turnSeconds, 0);
      return;
    }
    this.rest += seconds * this.rate;
    const steps = Math.floor(this.rest);
    this.rest -= steps;
    if (steps === 0) return;
    if (pane.kind === 'frame') model.update(model.active, { index: (pane.index + steps) % content.pictures.length }, true);
    else this.sweep(model, steps);
  }

  // Forth and back through the volume.
  private sweep(model: ViewerModel, steps: number): void {
    const content = model.content(model.activePane)!;
    const before = model.focus(content);
    model.scroll(model.active, steps * this.direction);
    const after = model.focus(content);
    if (before.every((value, axis) => Math.abs(value - after[axis]!) < 1e-6)) this.direction = -this.direction;
  }
}
