// <vitrine-viewer>: the viewer of one study. docs/embedding.md documents attributes, properties, methods and events.

import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { readConfiguration, type RawConfiguration } from '../core/config';
import { Service } from '../core/service';
import { isLayout, type Layout } from '../model/layout';
import { readLink, writeLink } from '../model/link';
import type { Kind } from '../model/pane_state';
import { presetsFor, windowsFor } from '../model/presets';
import { ViewerModel } from '../model/viewer_model';
import { bars } from './bars';
import { Cine } from './cine';
import { commandFor, type Commander } from './commands';
import { contextBar } from './context_bar';
import { helpSheet } from './help_sheet';
import type { Pane } from './pane';
import { saveFile } from './save_file';
import { seriesStrip } from './series_strip';
import { firstTools, toolsFor, type Tool } from './tools';
import { viewerStyle } from './viewer_style';

export type Controls = 'full' | 'bar' | 'none';

const figuresMs = 500;
const noteMs = 2200;
const narrowWidth = 720;

export class Viewer extends LitElement implements Commander {
  static override styles = viewerStyle;

  // Where relative addresses begin: the page's own, or the script's.
  static base = document.baseURI;

  @property() study = '';
  @property() series = '';
  // "stack", "mpr", "mpr3d" or "3d".
  @property() view = '';
  @property() layout = '';
  @property() service = '';
  @property() archive = '';
  @property() controls: Controls = 'full';
  @property({ attribute: false }) config: RawConfiguration = {};
  // A link's text (property `link`): what is shown first.
  @property({ attribute: false }) start = '';

  @state() tools: Record<Kind, Tool> = firstTools();
  @state() menu: '' | 'layout' | 'window' | 'more' = '';
  @state() stripShown = true;
  @state() private textsShown = true;
  @state() private figuresShown = false;
  @state() private helpShown = false;
  @state() private note = '';

  model?: ViewerModel;
  readonly cine = new Cine(this);
  private readonly observer = new ResizeObserver(() => this.toggleAttribute('narrow', this.clientWidth <= narrowWidth));
  private figuresTimer = 0;
  private noteTimer = 0;
  private opened = '';

  // The whole view as a text for links: set `start` to it to come back.
  get link(): string {
    const shown = this.model?.state();
    return shown ? writeLink(shown) : '';
  }

  // Shows the view that a link describes, in this study.
  restore(link: string): boolean {
    const shown = readLink(link);
    if (shown && this.model) this.model.restore(shown);
    return Boolean(shown);
  }

  // Ends all streams; the element can be removed then, or shown again with a new study.
  destroy(): void {
    this.study = '';
    this.model = undefined;
    this.opened = '';
    this.cine.stop();
    this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasAttribute('tabindex')) this.tabIndex = 0;
    this.addEventListener('keydown', this.press);
    this.observer.observe(this);
    document.addEventListener('fullscreenchange', this.onFullScreen);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.removeEventListener('keydown', this.press);
    document.removeEventListener('fullscreenchange', this.onFullScreen);
    clearInterval(this.figuresTimer);
    this.cine.stop();
  }

  override willUpdate(changed: PropertyValues): void {
    const wanted = JSON.stringify([this.study, this.service, this.archive]);
    if (this.study && (wanted !== this.opened || changed.has('config'))) {
      this.opened = wanted;
      void this.open();
    } else if (this.model && changed.has('series') && this.series) {
      void this.model.showSeries(this.series);
    }
  }

  override render(): TemplateResult {
    const { model } = this;
    if (!model) return html`<div class="room"></div>`;
    if (model.failure) return this.failed(model.failure.message);
    return html`
      ${this.controls === 'none' ? nothing : bars(this)}
      ${this.controls === 'full' && this.stripShown && model.series.length > 1 ? seriesStrip(model, (uid) => this.showSeries(uid)) : nothing}
      <div class="room ${model.layout} ${model.maximized ? 'single' : ''}">${keyed(model, this.grid())}</div>
      ${this.controls === 'none' ? nothing : contextBar(this)}
      ${this.helpShown ? helpSheet(() => this.toggleHelp()) : nothing}
      <div class="note" role="status">${this.note}</div>`;
  }

  get activePane(): Pane | null {
    return this.renderRoot.querySelector<Pane>(`vitrine-pane[data-index="${this.model?.active ?? 0}"]`);
  }

  toolOf(kind: Kind): Tool {
    const chosen = this.tools[kind];
    return toolsFor(kind).includes(chosen) ? chosen : toolsFor(kind)[0]!;
  }

  setTool(tool: Tool): void {
    const kind = this.model?.activePane?.kind;
    if (!kind || !toolsFor(kind).includes(tool)) return;
    this.tools = { ...this.tools, [kind]: tool };
  }

  setKind(kind: Kind): void {
    this.cine.stop();
    this.model?.setKind(kind);
  }

  setPlanes(): void {
    this.setLayout('mpr');
  }

  setLayout(layout: Layout): void {
    this.cine.stop();
    this.menu = '';
    this.model?.setLayout(layout);
    this.focus();
  }

  showSeries(uid: string): void {
    this.cine.stop();
    void this.model?.showSeries(uid);
  }

  leaf(steps: number): void {
    this.model?.scroll(this.model.active, steps, false);
  }

  leafTo(end: 'first' | 'last'): void {
    const { model } = this;
    const content = model?.content(model.activePane);
    if (model?.activePane?.kind === 'frame' && content) model.update(model.active, { index: end === 'first' ? 0 : content.pictures.length - 1 });
  }

  zoom(factor: number): void {
    this.activePane?.hand.zoom(factor);
  }

  invert(): void {
    this.change((pane) => ({ invert: !pane.invert }));
  }

  rotate(): void {
    this.change((pane) => ({ roll: (pane.roll + 90) % 360 }));
  }

  flip(axis: 'horizontal' | 'vertical'): void {
    this.change((pane) => (axis === 'horizontal' ? { flipHorizontal: !pane.flipHorizontal } : { flipVertical: !pane.flipVertical }));
  }

  reset(): void {
    this.model?.reset(this.model.active);
  }

  toggleCine(): void {
    this.cine.toggle();
  }

  preset(number: number): void {
    const { model } = this;
    const pane = model?.activePane;
    const content = model?.content(pane);
    if (!model || !pane || !content) return;
    if (pane.kind === 'volume' && pane.projection === 'VOLUME_RENDERED') {
      const preset = number === 0 ? '' : presetsFor(content)[number - 1]?.[0];
      if (preset !== undefined) model.update(model.active, { preset });
      return;
    }
    const window = number === 0 ? undefined : windowsFor(content)[number - 1]?.window;
    if (number === 0 || window) model.update(model.active, { window });
  }

  nextSeries(step: number): void {
    const { model } = this;
    const at = model?.series.findIndex(({ uid }) => uid === model.activePane?.series) ?? -1;
    const next = model?.series[at + step];
    if (next) this.showSeries(next.uid);
  }

  clearShapes(): void {
    this.change(() => ({ shapes: [] }));
  }

  exportPng(): void {
    void this.activePane?.exportPng().then(
      (file) => saveFile(file, `vitrine-${this.model?.active ?? 0}.png`),
      (error: Error) => this.say(error.message),
    );
  }

  copyLink(): void {
    const url = new URL(location.href);
    this.dispatchEvent(new CustomEvent('vitrine-link', { bubbles: true, composed: true, detail: { link: this.link, url } }));
    const copied = navigator.clipboard?.writeText(url.href) ?? Promise.reject(new Error());
    copied.then(() => this.say('The link to this view is copied.'), () => this.say('The browser does not let the link be copied.'));
  }

  toggleTexts(): void {
    this.textsShown = !this.textsShown;
  }

  toggleFigures(): void {
    this.figuresShown = !this.figuresShown;
    clearInterval(this.figuresTimer);
    if (this.figuresShown) this.figuresTimer = window.setInterval(() => this.panes().forEach((pane) => pane.requestUpdate()), figuresMs);
  }

  toggleFullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.requestFullscreen?.().catch(() => this.say('The browser does not allow full screen here.'));
  }

  toggleHelp(): void {
    this.helpShown = !this.helpShown;
    this.menu = '';
    if (this.helpShown) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.sheet')?.focus());
    else this.focus();
  }

  cancel(): void {
    this.menu = '';
    if (this.helpShown) this.toggleHelp();
    this.panes().forEach((pane) => pane.drawing.cancel());
  }

  say(note: string): void {
    this.note = note;
    clearTimeout(this.noteTimer);
    this.noteTimer = window.setTimeout(() => (this.note = ''), noteMs);
  }

  private panes(): Pane[] {
    return [...this.renderRoot.querySelectorAll<Pane>('vitrine-pane')];
  }

  private change(patch: (pane: NonNullable<ViewerModel['activePane']>) => Parameters<ViewerModel['update']>[1]): void {
    const pane = this.model?.activePane;
    if (pane) this.model!.update(this.model!.active, patch(pane));
  }

  private async open(): Promise<void> {
    const raw = { ...this.config, ...(this.service && { service: this.service }), ...(this.archive && { archive: this.archive }) };
    const model = new ViewerModel(new Service(readConfiguration(raw, Viewer.base)), this.study);
    this.model = model;
    model.addEventListener('change', () => this.onChange(model));
    const opening = model.open();
    // A link says what to show; no need to wait for the list of series.
    const linked = this.start ? readLink(this.start) : undefined;
    if (linked) model.restore(linked);
    else if (this.series) this.begin(model, this.series);
    await opening;
    if (model !== this.model || model.failure) return;
    if (model.panes.length === 0 && model.series[0]) this.begin(model, firstSeries(model));
    this.dispatchEvent(new CustomEvent('vitrine-ready', { bubbles: true, composed: true, detail: { series: model.series.map(({ uid }) => uid) } }));
  }

  private begin(model: ViewerModel, uid: string): void {
    void model.showSeries(uid);
    if (this.view === 'mpr' || this.view === 'mpr3d') model.setLayout(this.view);
    else if (this.view === '3d') model.setKind('volume');
    if (isLayout(this.layout) && !this.view) model.setLayout(this.layout);
  }

  private onChange(model: ViewerModel): void {
    if (model !== this.model) return;
    this.requestUpdate();
    this.dispatchEvent(new CustomEvent('vitrine-viewchange', { bubbles: true, composed: true, detail: { link: this.link } }));
  }

  readonly press = (event: KeyboardEvent): void => {
    const command = commandFor(event);
    if (!command || !this.model || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    command.run(this);
  };

  private readonly onFullScreen = (): void => this.requestUpdate();

  private grid(): TemplateResult[] {
    const model = this.model!;
    return model.panes.map((pane, index) => html`<vitrine-pane data-index=${index} .model=${model} .index=${index} .tool=${this.toolOf(pane.kind)}
      .texts=${this.textsShown} .figuresShown=${this.figuresShown} class=${index === model.active && model.panes.length > 1 ? 'active' : ''}
      ></vitrine-pane>`);
  }

  private failed(message: string): TemplateResult {
    return html`<div class="room failed" role="alert"><p>${message}</p><button @click=${() => void this.model?.open()}>Try again</button></div>`;
  }
}

// The one that has the most images: localizers come first in many studies.
function firstSeries(model: ViewerModel): string {
  return [...model.series].sort((a, b) => b.instanceCount - a.instanceCount)[0]!.uid;
}
