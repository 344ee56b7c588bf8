// What gestures do to a viewport's state, by the chosen tool.

import type { PaneState, Shape } from '../model/pane_state';
import { isLinked } from '../model/layout';
import type { Point, Scene } from '../model/scene';
import type { Screen } from '../model/screen';
import type { SeriesContent } from '../model/series_content';
import type { ViewerModel } from '../model/viewer_model';
import { crosshairLines } from './crosshair_lines';
import type { Drawing } from './drawing';
import type { Button, GestureEvents, Modifiers } from './gestures';
import { isShapeTool, type Tool } from './tools';

// The viewport whose gestures these are.
export interface HandPlace {
  readonly model: ViewerModel;
  readonly index: number;
  readonly tool: Tool;
  readonly drawing: Drawing;
  pane(): PaneState | undefined;
  content(): SeriesContent | undefined;
  scene(): Scene | undefined;
  screen(): Screen | undefined;
  // The window that is applied where the state names none; undefined until it is known.
  ownWindow(): { center: number; width: number } | undefined;
  askForWindow(): void;
}

type Act = 'none' | 'tilt' | Tool;

const pixelsPerStep = 8;       // Of a drag through a stack.
const radiansPerPixel = 0.008;
const grabDistance = 9;

export class Hand implements GestureEvents {
  private act: Act = 'none';
  private stepRest = 0;
  private startWindow?: { center: number; width: number };

  constructor(private readonly place: HandPlace) {}

  dragStarted(at: Point, button: Button, modifiers: Modifiers): void {
    const { model, index } = this.place;
    model.activate(index);
    this.act = this.actOf(at, button, modifiers);
    this.stepRest = 0;
    if (this.act === 'window') {
      this.startWindow = this.place.pane()?.window ?? this.place.ownWindow();
      if (!this.startWindow) this.place.askForWindow();
    }
    if (isShapeTool(this.act as Tool)) this.place.drawing.press(at, this.act as Shape['kind']);
  }

  dragged(at: Point, delta: Point): void {
    const [dx, dy] = delta;
    switch (this.act) {
      case 'window': return this.window(dx, dy);
      case 'scroll': return this.leaf(dy);
      case 'pan': return this.pan(delta);
      case 'zoom': return this.zoom(Math.exp(-dy * 0.008));
      case 'turn': return this.turn(dx, dy);
      case 'crosshair': return this.moveCrosshair(at);
      case 'tilt': return this.tilt(at, delta);
      case 'none': return;
      default: this.place.drawing.drag(at);
    }
  }

  dragEnded(at: Point, wasClick: boolean): void {
    const act = this.act;
    this.act = 'none';
    if (isShapeTool(act as Tool)) this.place.drawing.release(at, wasClick);
    else if (act === 'crosshair' && wasClick) this.moveCrosshair(at);
  }

  pinched(middle: Point, delta: Point, factor: number, degrees: number): void {
    this.pan(delta);
    this.zoom(factor, middle);
    const pane = this.place.pane();
    if (pane?.kind === 'volume') this.place.model.update(this.place.index, this.rolled(pane, degrees), true);
  }

  pinchEnded(): void {
    this.act = 'none';
  }

  wheeled(at: Point, notches: number, zoom: boolean): void {
    const { model, index } = this.place;
    model.activate(index);
    if (zoom || this.place.pane()?.kind === 'volume') this.zoom(Math.exp(-notches * 0.12), at);
    else model.scroll(index, notches);
  }

  doubleClicked(): void {
    if (!isShapeTool(this.place.tool) && this.place.model.panes.length > 1) this.place.model.toggleMaximized();
  }

  hovered(at: Point): void {
    this.place.drawing.hover(at);
  }

  // So many times larger; `at` stays where it is.
  zoom(factor: number, at?: Point): void {
    const pane = this.place.pane();
    const screen = this.place.screen();
    if (!pane || !screen) return;
    const zoom = Math.max(0.1, Math.min(40, pane.zoom * factor));
    const fixed = at && screen.toSheet(at);
    const applied = zoom / pane.zoom;
    const pan: Point = fixed ? [fixed[0] - (fixed[0] - pane.pan[0]) / applied, fixed[1] - (fixed[1] - pane.pan[1]) / applied] : pane.pan;
    this.place.model.update(this.place.index, { zoom, pan }, true);
  }

  private actOf(at: Point, button: Button, modifiers: Modifiers): Act {
    if (button === 'middle' || modifiers.shift) return 'pan';
    if (button === 'second' || modifiers.control) return 'zoom';
    const pane = this.place.pane();
    if (modifiers.alt) return pane?.kind === 'volume' ? 'turn' : 'window';
    const { tool } = this.place;
    if (tool === 'window' && pane?.kind === 'volume' && pane.projection === 'VOLUME_RENDERED') return 'turn';
    if (tool === 'crosshair') {
      if (!isLinked(this.place.model.layout)) return 'scroll';
      return this.isOnLine(at) ? 'tilt' : 'crosshair';
    }
    return tool;
  }

  private window(dx: number, dy: number): void {
    const { model, index } = this.place;
    const pane = this.place.pane();
    if (!pane || this.place.content()?.isColour) return;
    this.startWindow ??= this.place.ownWindow();
    if (!this.startWindow) return;
    const now = pane.window ?? this.startWindow;
    const step = Math.max(this.startWindow.width, 1) / 250;
    const width = Math.max(1, now.width + dx * step);
    model.update(index, { window: { center: +(now.center + dy * step).toFixed(2), width: +width.toFixed(2) } }, true);
  }

  private leaf(dy: number): void {
    const content = this.place.content();
    const { model, index } = this.place;
    if (this.place.pane()?.kind === 'volume') return this.zoom(Math.exp(-dy * 0.008));
    // The whole stack within one sweep, however long it is.
    const stack = content?.pictures.length ?? 1;
    const perStep = Math.max(1, Math.min(pixelsPerStep, (this.place.screen()?.height ?? 400) / stack));
    this.stepRest += dy / perStep;
    const steps = Math.trunc(this.stepRest);
    this.stepRest -= steps;
    if (steps !== 0) model.scroll(index, steps);
    return undefined;
  }

  private pan(delta: Point): void {
    const pane = this.place.pane();
    const screen = this.place.screen();
    if (!pane || !screen) return;
    const [u, v] = screen.turnBack([delta[0] / screen.scale, delta[1] / screen.scale]);
    this.place.model.update(this.place.index, { pan: [pane.pan[0] - u, pane.pan[1] - v] }, true);
  }

  private turn(dx: number, dy: number): void {
    const screen = this.place.screen();
    if (!screen) return;
    const [u, v] = screen.turnBack([dx, dy]);
    this.place.model.turn(this.place.index, u * radiansPerPixel, v * radiansPerPixel);
  }

  private rolled(pane: PaneState, degrees: number): Partial<PaneState> {
    return { roll: (pane.roll + degrees + 360) % 360 };
  }

  private moveCrosshair(at: Point): void {
    const scene = this.place.scene();
    const screen = this.place.screen();
    const content = this.place.content();
    if (scene && screen && content?.volume) this.place.model.setFocus(content, scene.toImage(screen.toSheet(at)), true);
  }

  private tilt(at: Point, [dx, dy]: Point): void {
    const centre = this.crosshairOnScreen();
    const pane = this.place.pane();
    if (!centre || !pane) return;
    const x = at[0] - centre[0];
    const y = at[1] - centre[1];
    const turned = Math.atan2(y, x) - Math.atan2(y - dy, x - dx);
    const mirrored = pane.flipHorizontal !== pane.flipVertical ? -1 : 1;
    this.place.model.tiltOthers(this.place.index, Math.atan2(Math.sin(turned), Math.cos(turned)) * mirrored);
  }

  private crosshairOnScreen(): Point | undefined {
    const scene = this.place.scene();
    const content = this.place.content();
    return scene && content?.volume && this.place.screen()?.toScreen(scene.fromImage(this.place.model.focus(content)));
  }

  // On one of the crosshair's lines, away from its middle.
  private isOnLine(at: Point): boolean {
    const centre = this.crosshairOnScreen();
    const screen = this.place.screen();
    if (!centre || !screen || Math.hypot(at[0] - centre[0], at[1] - centre[1]) < 30) return false;
    return crosshairLines(this.place.model, this.place.index).some(({ direction }) => {
      const [x, y] = screen.turn(direction);
      return Math.abs((at[0] - centre[0]) * y - (at[1] - centre[1]) * x) < grabDistance;
    });
  }
}
