// One viewport: asks for pictures, paints them, lets the hand change what it shows.

import { LitElement, html, nothing, svg, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { Failure } from '../core/failure';
import { Feed, type Figures } from '../core/feed';
import type { MeasureResult, Window } from '../core/messages';
import type { Answer } from '../core/transport';
import { bar, corners, crosshair, letters } from '../draw/overlay';
import { paint, type PlacedPicture } from '../draw/painter';
import type { PaneState, Shape } from '../model/pane_state';
import { sceneOf, type Scene } from '../model/scene';
import { Screen, type Rectangle } from '../model/screen';
import type { SeriesContent } from '../model/series_content';
import type { ChangeEvent, ViewerModel } from '../model/viewer_model';
import { measuredView, wishOf } from '../model/wish_of';
import { crosshairLines } from './crosshair_lines';
import { Drawing } from './drawing';
import { exportPng } from './export_png';
import { Gestures } from './gestures';
import { Hand, type HandPlace } from './hand';
import { Measurements, rangeOf } from './measurements';
import { shapesOver } from './pane_shapes';
import { cornerTexts, paneLabel } from './pane_texts';
import { figuresPanel, noticeOf, reasonOf } from './pane_notices';
import { paneStyle } from './pane_style';
import { StackPlay } from './stack_play';
import type { Tool } from './tools';

const restMs = 140;           // After the last movement the full picture is asked for.
const busyMs = 350;           // Waits longer than this show.

export class Pane extends LitElement implements HandPlace {
  static override styles = paneStyle;

  @property({ attribute: false }) model!: ViewerModel;
  @property({ type: Number }) index = 0;
  @property({ attribute: false }) tool: Tool = 'window';
  @property({ type: Boolean }) texts = true;
  @property({ type: Boolean }) figuresShown = false;
  @property({ attribute: false }) cineRate?: number;   // Of the cine that the service plays here.
  @state() private failure?: Failure;
  @state() private progress = -1;    // Below 0: nothing loads.
  @state() private isLost = false;
  @state() private isBusy = false;
  @query('canvas') private canvas!: HTMLCanvasElement;

  readonly drawing = new Drawing(this);
  readonly hand = new Hand(this);
  private feed?: Feed;
  private measurements?: Measurements;
  private readonly places = new Map<number, { place: Rectangle; key: string }>();
  private picture?: PlacedPicture;
  private pictureKey = '';
  private appliedWindow?: Window;
  private isLossy = false;
  private mark = '';    // Of a picture that a better one follows.
  private size: [number, number] = [0, 0];
  private asked = '';
  private askedSequence = 0;
  private readonly play = new StackPlay();
  private isMoving = false;
  private restTimer = 0;
  private busyTimer = 0;
  private decoded = Promise.resolve();
  private readonly observer = new ResizeObserver(() => this.resize());

  pane(): PaneState | undefined {
    return this.model.panes[this.index];
  }

  content(): SeriesContent | undefined {
    return this.model.content(this.pane());
  }

  scene(): Scene | undefined {
    const pane = this.pane();
    const content = this.content();
    if (!pane || !content || (pane.kind !== 'frame' && !content.volume)) return undefined;
    return sceneOf(pane, content, pane.kind === 'frame' ? [0, 0, 0] : this.model.focus(content));
  }

  screen(): Screen | undefined {
    const pane = this.pane();
    const scene = this.scene();
    return pane && scene && this.size[0] > 0 ? new Screen(pane, scene, ...this.size) : undefined;
  }

  // What the image is shown with where the state names no window.
  ownWindow(): { center: number; width: number } | undefined {
    const described = this.pane()?.kind === 'frame' ? this.content()?.pictures[this.pane()!.index]?.instance.windows?.[0] : this.content()?.windows[0];
    const { center = 0, width = 0 } = this.appliedWindow ?? described?.window ?? {};
    return width > 0 ? { center, width } : undefined;
  }

  // Plain HTTP does not tell which window was applied. Without one of its own, an image shows its whole range.
  askForWindow(): void {
    const pane = this.pane();
    const content = this.content();
    const scene = this.scene();
    if (!pane || !content || !scene || pane.kind !== 'frame') return;
    const view = measuredView(pane, content, scene, this.model.service.target(this.model.studyUid, pane.series));
    void rangeOf(this.model.service, view, content.pictures[pane.index]!.instance).then((range) => (this.appliedWindow ??= range), () => undefined);
  }

  figures(): Figures | undefined {
    return this.feed?.figures();
  }

  redraw(): void {
    this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute('role', 'group');
    this.addEventListener('focus', this.onFocus);
    this.observer.observe(this);
    this.model.addEventListener('change', this.onChange);
    this.measurements = new Measurements(this.model.service, (shape, result) => this.onMeasured(shape, result));
    this.feed = new Feed(this.model.service, {
      pictured: (answer) => this.onPicture(answer),
      progressed: (fraction) => (this.progress = fraction),
      failed: (failure) => this.settle(failure),
      lost: () => (this.isLost = true),
    });
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.model.removeEventListener('change', this.onChange);
    this.feed?.close();
    this.feed = undefined;
    this.asked = '';
    clearTimeout(this.restTimer);
    clearTimeout(this.busyTimer);
  }

  override render(): TemplateResult {
    return html`<canvas part="picture" role="img" aria-label=${paneLabel(this.pane(), this.content())}></canvas>
      <svg part="overlay" aria-hidden="true" width=${this.size[0]} height=${this.size[1]}>${this.overlay()}</svg>
      ${this.notice()}
      ${this.figuresShown && this.feed ? figuresPanel(this.feed.figures()) : nothing}`;
  }

  override firstUpdated(): void {
    new Gestures(this, this.hand);
    this.resize();
  }

  override updated(): void {
    const pane = this.pane();
    const screen = this.screen();
    const context = this.canvas.getContext('2d', { alpha: false });
    if (!pane || !screen || !context) {
      // Nothing comes where the series is known and has nothing to show.
      this.setAttribute('aria-busy', String(!pane || !this.model.contents.has(pane.series)));
      return;
    }
    const isPlain = pane.roll === 0 && !pane.flipHorizontal && !pane.flipVertical;
    paint(context, this.pictureKey === this.key(pane) ? this.picture : undefined, screen, devicePixelRatio, isPlain);
    this.ask(this.isMoving);
  }

  // What is shown, overlay and all, as a PNG file without loss.
  exportPng(): Promise<Blob> {
    return exportPng(this.model, this.pane()!, this.content()!, this.scene()!, this.screen()!, this.renderRoot.querySelector('svg')!);
  }

  retry(): void {
    this.failure = undefined;
    const pane = this.pane();
    if (pane && !this.content()) void this.model.load(pane.series);
    this.asked = '';
    this.requestUpdate();
  }

  private key(pane: PaneState): string {
    return `${pane.series} ${pane.kind}`;
  }

  private readonly onChange = (event: Event): void => {
    this.isMoving = (event as ChangeEvent).moving;
    clearTimeout(this.restTimer);
    if (this.isMoving) this.restTimer = window.setTimeout(() => this.rest(), restMs);
    this.requestUpdate();
  };

  private readonly onFocus = (): void => this.model.activate(this.index);

  private rest(): void {
    this.isMoving = false;
    this.ask(false);
  }

  private resize(): void {
    const { width, height } = this.getBoundingClientRect();
    // Whole device pixels, or else the browser would stretch the canvas.
    const pixels = [width, height].map((size) => Math.round(size * devicePixelRatio)) as [number, number];
    this.size = [pixels[0] / devicePixelRatio, pixels[1] / devicePixelRatio];
    if (this.canvas) [this.canvas.width, this.canvas.height] = pixels;
    this.requestUpdate();
  }

  private ask(moving: boolean): void {
    const pane = this.pane();
    const content = this.content();
    const scene = this.scene();
    const screen = this.screen();
    if (!pane || !content || !scene || !screen || !this.feed) return;
    const target = this.model.service.target(this.model.studyUid, pane.series);
    const wish = wishOf(pane, content, scene, screen, devicePixelRatio, target, this.model.service.configuration.lossless);
    if (!wish) return;
    const cine = this.play.cine(content, pane.index, this.cineRate);
    const text = JSON.stringify([this.play.identity(wish.view), wish.output, cine]);
    const asked = `${moving && !cine} ${text}`;
    // The full picture answers a moving wish for the same view as well.
    if (asked === this.asked || (moving && `false ${text}` === this.asked)) return;
    this.asked = asked;
    this.askedSequence = this.feed.show({ view: wish.view, output: wish.output, moving: moving && !cine, ...(cine && { cine }) });
    this.places.set(this.askedSequence, { place: wish.place, key: this.key(pane) });
    this.setAttribute('aria-busy', 'true');
    window.clearTimeout(this.busyTimer);
    this.busyTimer = window.setTimeout(() => (this.isBusy = true), busyMs);
  }

  private onPicture(answer: Answer): void {
    const placed = this.places.get(answer.sequence);
    if (!placed) return;
    for (const sequence of this.places.keys()) if (sequence < answer.sequence) this.places.delete(sequence);
    this.decoded = this.decoded.then(async () => {
      const image = await createImageBitmap(answer.picture);
      (this.picture?.image as ImageBitmap | undefined)?.close();
      this.picture = { image, place: placed.place };
      this.pictureKey = placed.key;
      this.isLossy = answer.lossy;
      this.mark = answer.partial ? 'few slices' : answer.preliminary && !this.isMoving && !this.play.isOn ? 'preview' : '';
      this.appliedWindow = answer.view?.window;
      const played = answer.sequence === this.askedSequence ? this.play.follow(this.content(), answer.view) : undefined;
      if (played !== undefined) this.model.update(this.index, { index: played }, true);
      if (!answer.partial) this.settle(undefined, answer.preliminary || answer.sequence < this.askedSequence);
      this.requestUpdate();
      const { lossy, preliminary, partial } = answer;
      this.announce('picture', { width: image.width, height: image.height, lossy, preliminary, partial });
    }).catch(() => undefined);
  }

  // Nothing is under way any more, unless a better picture follows.
  private settle(failure: Failure | undefined, preliminary = false): void {
    this.failure = failure;
    this.isLost = false;
    this.progress = -1;
    this.isBusy = false;
    clearTimeout(this.busyTimer);
    if (!preliminary) this.setAttribute('aria-busy', 'false');
    if (failure) this.announce('error', { message: failure.message });
    this.requestUpdate();
  }

  private onMeasured(shape: Shape, result?: MeasureResult): void {
    this.requestUpdate();
    this.announce('measure', { kind: shape.kind, result });
  }

  private announce(what: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(`vitrine-${what}`, { bubbles: true, composed: true, detail: { pane: this.index, ...detail } }));
  }

  private overlay(): unknown {
    const pane = this.pane();
    const content = this.content();
    const scene = this.scene();
    const screen = this.screen();
    if (!pane || !content || !scene || !screen || !this.picture) return nothing;
    const view = measuredView(pane, content, scene, this.model.service.target(this.model.studyUid, pane.series));
    const isSmall = Math.min(...this.size) < 260;
    const own = this.ownWindow();
    return svg`${this.texts ? corners(cornerTexts(this.model, this.index, pane, content, screen, own, [this.mark, this.isLossy ? 'lossy' : ''], isSmall), screen) : nothing}
      ${this.texts ? letters(scene, screen) ?? nothing : nothing}${this.texts ? bar(scene, screen) ?? nothing : nothing}
      ${crosshair(crosshairLines(this.model, this.index), screen)}${shapesOver(pane, scene, screen, this.drawing.draft, (shape) => this.measurements!.lines(shape, view, scene))}`;
  }

  private notice(): unknown {
    const pane = this.pane();
    const content = pane && this.model.contents.get(pane.series);
    return noticeOf({
      failure: this.failure ?? (content instanceof Failure ? content : undefined),
      retry: () => this.retry(),
      isLost: this.isLost,
      reason: pane && content && !(content instanceof Failure) ? reasonOf(pane, content) : '',
      progress: this.progress,
      isWaiting: Boolean(pane && (!content || !this.picture || this.isBusy) && !this.isMoving),
    });
  }
}
