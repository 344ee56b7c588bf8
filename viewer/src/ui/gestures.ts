// Pointers on a viewport: mouse buttons, wheel, one finger and two. Reports drags and pinches; what they mean is decided
// by whoever listens.

import type { Point } from '../model/scene';

export type Button = 'first' | 'middle' | 'second';

export interface Modifiers { shift: boolean; control: boolean; alt: boolean }

export interface GestureEvents {
  dragStarted(at: Point, button: Button, modifiers: Modifiers): void;
  dragged(at: Point, delta: Point): void;
  dragEnded(at: Point, wasClick: boolean): void;
  // Two fingers: the middle moved by `delta`, their distance grew by `factor`, they turned by so many degrees clockwise.
  pinched(middle: Point, delta: Point, factor: number, degrees: number): void;
  pinchEnded(): void;
  // Notches of the wheel, positive towards the hand. zoom: with the control key, or a pinch on a touch pad.
  wheeled(at: Point, notches: number, zoom: boolean): void;
  doubleClicked(): void;
  hovered(at: Point): void;
}

const clickDistance = 4;
const pixelsPerNotch = 60;
const doubleClickMs = 350;

export class Gestures {
  private readonly pointers = new Map<number, Point>();
  private start?: Point;
  private moved = false;
  private pinching = false;
  private wheelRest = 0;
  private lastClick = { at: 0, x: 0, y: 0 };

  constructor(private readonly element: HTMLElement, private readonly events: GestureEvents) {
    element.addEventListener('pointerdown', this.onDown);
    element.addEventListener('pointermove', this.onMove);
    element.addEventListener('pointerup', this.onUp);
    element.addEventListener('pointercancel', this.onUp);
    element.addEventListener('wheel', this.onWheel, { passive: false });
    element.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  private readonly onDown = (event: PointerEvent): void => {
    const at = this.place(event);
    this.element.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size === 2) {
      if (this.start) this.events.dragEnded(at, false);
      this.start = undefined;
      this.pinching = true;
      return;
    }
    if (this.pinching) return;
    this.start = at;
    this.moved = false;
    const button: Button = event.button === 1 ? 'middle' : event.button === 2 ? 'second' : 'first';
    this.events.dragStarted(at, button, { shift: event.shiftKey, control: event.ctrlKey || event.metaKey, alt: event.altKey });
  };

  private readonly onMove = (event: PointerEvent): void => {
    const at = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.events.hovered(at);
      return;
    }
    if (this.pinching) {
      this.pinch(event.pointerId, before, at);
      return;
    }
    this.pointers.set(event.pointerId, at);
    if (!this.start) return;
    if (!this.moved && Math.hypot(at[0] - this.start[0], at[1] - this.start[1]) < clickDistance) return;
    const from = this.moved ? before : this.start;
    this.moved = true;
    this.events.dragged(at, [at[0] - from[0], at[1] - from[1]]);
  };

  private readonly onUp = (event: PointerEvent): void => {
    if (!this.pointers.delete(event.pointerId)) return;
    const at = this.place(event);
    if (this.pinching) {
      if (this.pointers.size > 0) return;
      this.pinching = false;
      this.events.pinchEnded();
      return;
    }
    if (!this.start) return;
    this.start = undefined;
    this.events.dragEnded(at, !this.moved);
    if (!this.moved && event.button === 0) this.countClick(event);
  };

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
    const delta = event.deltaY * unit;
    if (event.ctrlKey) {
      this.events.wheeled(this.place(event), delta / pixelsPerNotch, true);
      return;
    }
    this.wheelRest += delta / pixelsPerNotch;
    const notches = Math.abs(delta) >= pixelsPerNotch ? Math.sign(delta) * Math.max(1, Math.round(Math.abs(delta) / 120)) : Math.trunc(this.wheelRest);
    if (Math.abs(delta) >= pixelsPerNotch) this.wheelRest = 0;
    else this.wheelRest -= notches;
    if (notches !== 0) this.events.wheeled(this.place(event), notches, false);
  };

  private place(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private pinch(id: number, before: Point, at: Point): void {
    const other = [...this.pointers].find(([pointer]) => pointer !== id)?.[1];
    this.pointers.set(id, at);
    if (!other) return;
    const spread = (point: Point): number => Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
    const angle = (point: Point): number => Math.atan2(point[1] - other[1], point[0] - other[0]);
    const turn = ((angle(at) - angle(before)) * 180) / Math.PI;
    const degrees = turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
    const delta: Point = [(at[0] - before[0]) / 2, (at[1] - before[1]) / 2];
    this.events.pinched([(at[0] + other[0]) / 2, (at[1] + other[1]) / 2], delta, spread(at) / spread(before), degrees);
  }

  private countClick(event: PointerEvent): void {
    const { at, x, y } = this.lastClick;
    const isDouble = event.timeStamp - at < doubleClickMs && Math.hypot(event.clientX - x, event.clientY - y) < 20;
    this.lastClick = { at: isDouble ? 0 : event.timeStamp, x: event.clientX, y: event.clientY };
    if (isDouble) this.events.doubleClicked();
  }
}
