// The state of one viewer and everything that changes it. Emits 'change' with `moving` set while a hand moves.

import type { Service } from '../core/service';
import type { Series, Study } from '../core/dicom_json';
import { asFailure, Failure } from '../core/failure';
import { add, dot, normalize, rotate, scale, subtract, type Vec3 } from '../core/vector';
import { isLinked, paneCount, type Layout } from './layout';
import type { ViewerState } from './link';
import { newPane, planes, type Kind, type PaneState } from './pane_state';
import { rightOf } from './scene';
import { contentOf, smallestSpacing, volumeAxes, volumeCentre, volumeExtent, volumeStep, type SeriesContent } from './series_content';

export class ChangeEvent extends Event {
  constructor(readonly moving: boolean) {
    super('change');
  }
}

export class ViewerModel extends EventTarget {
  study?: Study;
  series: Series[] = [];
  layout: Layout = '1x1';
  active = 0;
  panes: PaneState[] = [];
  maximized = false;          // The active viewport fills the room.
  failure?: Failure;          // Of the study itself.
  readonly contents = new Map<string, SeriesContent | Failure>();
  private readonly loading = new Map<string, Promise<void>>();
  private readonly focuses = new Map<string, Vec3>();

  constructor(readonly service: Service, readonly studyUid: string) {
    super();
  }

  get activePane(): PaneState | undefined {
    return this.panes[this.active];
  }

  // What the series of a viewport holds, once it is known.
  content(pane: PaneState | undefined): SeriesContent | undefined {
    const content = pane && this.contents.get(pane.series);
    return content && !(content instanceof Failure) ? content : undefined;
  }

  focus(content: SeriesContent): Vec3 {
    return this.focuses.get(content.uid) ?? volumeCentre(content.volume!);
  }

  async open(): Promise<void> {
    this.failure = undefined;
    try {
      [this.study, this.series] = await Promise.all([this.service.study(this.studyUid), this.service.series(this.studyUid)]);
      if (this.series.length === 0) this.failure = new Failure('The archive holds no series of this study.', true);
    } catch (error) {
      this.failure = asFailure(error);
    }
    this.changed();
  }

  // The state as a link keeps it; undefined while nothing is shown.
  state(): ViewerState | undefined {
    if (this.panes.length === 0) return undefined;
    const linked = this.panes.find((pane) => pane.kind === 'slice');
    const focus = linked && this.focuses.get(linked.series);
    return { layout: this.layout, active: this.active, panes: this.panes, ...(focus && { focus }) };
  }

  restore(state: ViewerState): void {
    this.layout = state.layout;
    this.active = state.active;
    this.panes = state.panes;
    for (const pane of this.panes) {
      if (state.focus && pane.kind === 'slice') this.focuses.set(pane.series, state.focus);
      void this.load(pane.series);
    }
    this.changed();
  }

  // Shows a series in the active viewport, or in all of a linked layout, in the same manner as before.
  async showSeries(uid: string): Promise<void> {
    const kind = this.activePane?.kind ?? 'frame';
    if (isLinked(this.layout)) {
      await this.load(uid);
      const content = this.contents.get(uid);
      if (content && !(content instanceof Failure) && content.volume) this.setLinkedLayout(this.layout, uid);
      else this.setSingle(uid, 'frame');
      return;
    }
    if (this.panes.length === 0) this.panes = [newPane(uid)];
    this.panes = this.panes.map((pane, index) => (index === this.active ? { ...newPane(uid), ...orient(kind) } : pane));
    await this.load(uid);
    if (kind !== 'frame' && this.activePane?.series === uid && !this.content(this.activePane)?.volume) this.setSingle(uid, 'frame');
  }

  setLayout(layout: Layout): void {
    const pane = this.activePane;
    if (!pane) return;
    this.maximized = false;
    if (isLinked(layout)) {
      this.setLinkedLayout(layout, pane.series);
      return;
    }
    const wasLinked = isLinked(this.layout);
    this.layout = layout;
    const kept = wasLinked ? [pane] : [pane, ...this.panes.filter((other) => other !== pane)];
    const others = this.series.map(({ uid }) => uid).filter((uid) => !kept.some((shown) => shown.series === uid));
    while (kept.length < paneCount[layout]) kept.push(newPane(others.shift() ?? pane.series));
    this.panes = kept.slice(0, paneCount[layout]);
    this.active = 0;
    for (const { series } of this.panes) void this.load(series);
  }

  // Shows the active series in another manner.
  setKind(kind: Kind): void {
    const pane = this.activePane;
    if (!pane) return;
    this.setSingle(pane.series, kind);
  }

  activate(index: number): void {
    if (index === this.active) return;
    this.active = index;
    this.changed();
  }

  // Double-click: the active viewport alone, and back.
  toggleMaximized(): void {
    this.maximized = !this.maximized;
    this.changed();
  }

  // Changes one viewport; in linked layouts, what belongs together changes together.
  update(index: number, patch: Partial<PaneState>, moving = false): void {
    const pane = this.panes[index];
    if (!pane) return;
    const shared: Partial<PaneState> = {};
    if (isLinked(this.layout) && pane.kind === 'slice') {
      for (const key of ['window', 'invert', 'slabMm', 'projection'] as const) {
        if (key in patch) Object.assign(shared, { [key]: patch[key] });
      }
    }
    this.panes = this.panes.map((other, at) => {
      if (at === index) return { ...other, ...patch };
      return other.kind === 'slice' && other.series === pane.series ? { ...other, ...shared } : other;
    });
    this.changed(moving);
  }

  // One picture, or one plane, further.
  scroll(index: number, steps: number, moving = true): void {
    const pane = this.panes[index];
    const content = this.content(pane);
    if (!pane || !content) return;
    if (pane.kind === 'frame') {
      const next = Math.max(0, Math.min(content.pictures.length - 1, pane.index + steps));
      if (next !== pane.index) this.update(index, { index: next }, moving);
    } else if (pane.kind === 'slice') {
      const step = Math.max(smallestSpacing(content.volume!), volumeStep(content.volume!, pane.direction));
      this.setFocus(content, add(this.focus(content), scale(pane.direction, steps * step)), moving);
    }
  }

  // How far a plane is from the middle of the volume, and how far it can go, in mm along the line of sight.
  planeOffset(pane: PaneState, content: SeriesContent): { offset: number; most: number; step: number } {
    const offset = dot(subtract(this.focus(content), volumeCentre(content.volume!)), pane.direction);
    return { offset, most: volumeExtent(content.volume!, pane.direction) / 2, step: volumeStep(content.volume!, pane.direction) };
  }

  setPlaneOffset(index: number, offset: number): void {
    const pane = this.panes[index];
    const content = this.content(pane);
    if (!pane || !content?.volume) return;
    const change = offset - this.planeOffset(pane, content).offset;
    this.setFocus(content, add(this.focus(content), scale(pane.direction, change)), true);
  }

  // The crosshair; it stays inside the volume.
  setFocus(content: SeriesContent, point: Vec3, moving = false): void {
    const centre = volumeCentre(content.volume!);
    let offset = subtract(point, centre);
    for (const axis of volumeAxes(content.volume!)) {
      const half = volumeExtent(content.volume!, axis) / 2;
      const along = dot(offset, axis);
      offset = add(offset, scale(axis, Math.max(-half, Math.min(half, along)) - along));
    }
    this.focuses.set(content.uid, add(centre, offset));
    this.changed(moving);
  }

  // Turns the other planes about this one's line of sight.
  tiltOthers(index: number, radians: number, moving = true): void {
    const pane = this.panes[index];
    if (!pane) return;
    this.panes = this.panes.map((other, at) =>
      at === index || other.kind !== 'slice' || other.series !== pane.series ? other : turned(other, pane.direction, radians));
    this.changed(moving);
  }

  // Turns what a viewport sees: to the right and down by so many radians.
  turn(index: number, right: number, down: number, moving = true): void {
    const pane = this.panes[index];
    if (!pane) return;
    const aboutUp = turned(pane, pane.up, -right);
    const { direction, up } = turned(aboutUp, rightOf(aboutUp), -down);
    this.update(index, { direction, up }, moving);
  }

  reset(index: number): void {
    const pane = this.panes[index];
    const content = this.content(pane);
    if (!pane || !content) return;
    const fresh = { ...newPane(pane.series), ...orient(pane.kind) };
    const plane = isLinked(this.layout) && pane.kind === 'slice' ? linkedPlanes[index] : undefined;
    this.focuses.delete(content.uid);
    this.panes = this.panes.map((other, at) => (at === index ? { ...fresh, ...plane, shapes: pane.shapes, index: pane.index } : other));
    if (plane) this.panes = this.panes.map((other, at) => (other.kind === 'slice' ? { ...other, ...linkedPlanes[at], window: undefined } : other));
    this.changed();
  }

  // Announces a change at once, and another one when the series is known.
  async load(uid: string): Promise<void> {
    this.beginStacks(uid);
    this.changed();
    const known = this.contents.get(uid);
    if (known && !(known instanceof Failure)) return;
    if (!this.loading.has(uid)) {
      this.contents.delete(uid);
      this.loading.set(uid, this.describe(uid).finally(() => this.loading.delete(uid)));
    }
    await this.loading.get(uid);
  }

  changed(moving = false): void {
    this.dispatchEvent(new ChangeEvent(moving));
  }

  private async describe(uid: string): Promise<void> {
    try {
      this.contents.set(uid, contentOf(uid, await this.service.describeSeries(this.service.target(this.studyUid, uid))));
    } catch (error) {
      this.contents.set(uid, asFailure(error));
    }
    this.beginStacks(uid);
    this.changed();
  }

  private setSingle(uid: string, kind: Kind): void {
    this.layout = isLinked(this.layout) ? '1x1' : this.layout;
    const pane = { ...newPane(uid), ...orient(kind) };
    this.panes = this.layout === '1x1' ? [pane] : this.panes.map((other, index) => (index === this.active ? pane : other));
    this.active = Math.min(this.active, this.panes.length - 1);
    this.maximized = false;
    void this.load(uid);
  }

  private setLinkedLayout(layout: Layout, uid: string): void {
    this.layout = layout;
    this.active = 0;
    const window = this.panes.find((pane) => pane.series === uid && pane.window)?.window;
    const slices = linkedPlanes.map((plane) => ({ ...newPane(uid, 'slice'), ...plane, ...(window && { window }) }));
    this.panes = layout === 'mpr3d' ? [...slices, newPane(uid, 'volume')] : slices;
    void this.load(uid);
  }

  // Where most is to be seen: in the middle of a stack, at the first frame of a cine. No further than it goes.
  private beginStacks(uid: string): void {
    const content = this.contents.get(uid);
    if (!content || content instanceof Failure) return;
    const begin = content.frameTimeMs > 0 ? 0 : Math.floor(content.pictures.length / 2);
    const last = Math.max(0, content.pictures.length - 1);
    this.panes = this.panes.map((pane) =>
      pane.series === uid ? { ...pane, index: Math.min(last, pane.index < 0 ? begin : pane.index) } : pane);
  }
}

const linkedPlanes = [planes.axial, planes.coronal, planes.sagittal];

const orient = (kind: Kind): Partial<PaneState> => ({
  kind,
  projection: kind === 'volume' ? 'VOLUME_RENDERED' : 'AVERAGE_INTENSITY',
  ...(kind === 'slice' ? planes.axial : planes.coronal),
});

function turned(pane: PaneState, axis: Vec3, radians: number): PaneState {
  const direction = normalize(rotate(pane.direction, axis, radians));
  const up = rotate(pane.up, axis, radians);
  return { ...pane, direction, up: normalize(subtract(up, scale(direction, dot(up, direction)))) };
}
