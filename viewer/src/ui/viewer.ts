// <vitrine-viewer>: the viewer of one study. docs/embedding.md documents attributes, properties, methods and events.

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { readConfiguration, type RawConfiguration } from '../core/config';
import { Service } from '../core/service';
import { isLayout } from '../model/layout';
import { readLink } from '../model/link';
import { ViewerModel } from '../model/viewer_model';
import { bars } from './bars';
import { CommandedViewer } from './commanded_viewer';
import { commandFor } from './commands';
import { contextBar } from './context_bar';
import { helpSheet } from './help_sheet';
import { seriesStrip } from './series_strip';
import { viewerStyle } from './viewer_style';

export type Controls = 'full' | 'bar' | 'none';

const narrowWidth = 720;

export class Viewer extends CommandedViewer {
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

  @state() stripShown = true;

  private readonly observer = new ResizeObserver(() => this.toggleAttribute('narrow', this.clientWidth <= narrowWidth));
  private opened = '';

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
    this.stopClocks();
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
    if (!linked && !this.view && isLayout(this.layout)) model.setLayout(this.layout);
    this.dispatchEvent(new CustomEvent('vitrine-ready', { bubbles: true, composed: true, detail: { series: model.series.map(({ uid }) => uid) } }));
  }

  private begin(model: ViewerModel, uid: string): void {
    void model.showSeries(uid);
    if (this.view === 'mpr' || this.view === 'mpr3d') model.setLayout(this.view);
    else if (this.view === '3d') model.setKind('volume');
  }

  private onChange(model: ViewerModel): void {
    if (model !== this.model) return;
    this.requestUpdate();
    this.dispatchEvent(new CustomEvent('vitrine-viewchange', { bubbles: true, composed: true, detail: { link: this.link } }));
  }

  // A key, wherever the focus is.
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
      .texts=${this.textsShown} .figuresShown=${this.figuresShown}
      .cineRate=${index === model.active ? this.cine.served : undefined} class=${index === model.active && model.panes.length > 1 ? 'active' : ''}
      ></vitrine-pane>`);
  }

  private failed(message: string): TemplateResult {
    return html`<div class="room failed" role="alert"><p>${message}</p><button @click=${() => void this.open()}>Try again</button></div>`;
  }
}

// The one that has the most images: localizers come first in many studies.
function firstSeries(model: ViewerModel): string {
  return [...model.series].sort((a, b) => b.instanceCount - a.instanceCount)[0]!.uid;
}
