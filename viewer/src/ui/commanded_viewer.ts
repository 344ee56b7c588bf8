// What the commands do to the element's model and to what it shows beside it.

import { LitElement } from 'lit';
import { state } from 'lit/decorators.js';
import type { Layout } from '../model/layout';
import { writeLink } from '../model/link';
import type { Kind } from '../model/pane_state';
import { presetsFor, windowsFor } from '../model/presets';
import type { ViewerModel } from '../model/viewer_model';
import { Cine } from './cine';
import type { Commander } from './commands';
import type { Pane } from './pane';
import { saveFile } from './save_file';
import { firstTools, toolsFor, type Tool } from './tools';

const figuresMs = 500;
const noteMs = 2200;

export abstract class CommandedViewer extends LitElement implements Commander {
  @state() tools: Record<Kind, Tool> = firstTools();
  @state() menu: '' | 'layout' = '';
  @state() protected textsShown = true;
  @state() figuresShown = false;
  @state() protected helpShown = false;
  @state() protected note = '';

  model?: ViewerModel;
  readonly cine = new Cine(this);
  private figuresTimer = 0;
  private noteTimer = 0;

  // The whole view as a text for links: set `start` to it to come back.
  get link(): string {
    const shown = this.model?.state();
    return shown ? writeLink(shown) : '';
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

  protected panes(): Pane[] {
    return [...this.renderRoot.querySelectorAll<Pane>('vitrine-pane')];
  }

  private change(patch: (pane: NonNullable<ViewerModel['activePane']>) => Parameters<ViewerModel['update']>[1]): void {
    const pane = this.model?.activePane;
    if (pane) this.model!.update(this.model!.active, patch(pane));
  }

  protected stopClocks(): void {
    clearInterval(this.figuresTimer);
    this.cine.stop();
  }
}
