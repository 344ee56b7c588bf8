// The page: the list of studies, or one study in a viewer; the address follows what is shown.

import { LitElement, css, html, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { readConfiguration, type RawConfiguration } from '../core/config';
import { Service } from '../core/service';
import { defineElements } from '../ui/define';
import { icon } from '../ui/icons';
import { theme } from '../ui/theme';
import type { Viewer } from '../ui/viewer';
import { readRoute, studiesHash, studyHash, type Route } from './route';
import { StudyList } from './study_list';

const addressMs = 250;

declare global {
  interface Window { config?: RawConfiguration }
}

class App extends LitElement {
  static override styles = [theme, css`
    :host { display: block; height: 100%; }
    vitrine-study-list, vitrine-viewer { height: 100%; }
    vitrine-viewer:focus-visible { outline: none; }
    a { display: inline-grid; place-items: center; width: 36px; height: 36px; border-radius: 8px; color: var(--quiet); }
    a:hover { background: #1b222a; color: var(--text); }
  `];

  @state() private route: Route = readRoute(location.hash);
  private readonly raw: RawConfiguration = window.config ?? {};
  private readonly service = new Service(readConfiguration(this.raw, document.baseURI));
  private lastSearch = '#/';
  // What of the address is shown; an address that differs is on its way here as a hashchange.
  private shownHash = location.hash;
  private addressTimer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.onHash);
    document.addEventListener('keydown', this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.onHash);
    document.removeEventListener('keydown', this.onKey);
  }

  override render(): TemplateResult {
    const { route } = this;
    if (route.page === 'studies') return html`<vitrine-study-list .service=${this.service} .query=${route.query}></vitrine-study-list>`;
    return html`<vitrine-viewer .config=${this.raw} .study=${route.study} .start=${route.link} @vitrine-viewchange=${this.onView} @vitrine-link=${this.onLink}>
      <a slot="start" href=${this.lastSearch} title="Studies" aria-label="Back to the studies">${icon('back')}</a></vitrine-viewer>`;
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('vitrine-viewer')?.focus();
  }

  private readonly onHash = (): void => {
    if (location.hash === this.shownHash) return;
    this.shownHash = location.hash;
    const route = readRoute(location.hash);
    if (route.page === 'studies') this.lastSearch = studiesHash(route.query);
    const viewer = this.renderRoot.querySelector<Viewer>('vitrine-viewer');
    if (route.page === 'study' && this.route.page === 'study' && route.study === this.route.study && route.link) viewer?.restore(route.link);
    this.route = route;
    clearTimeout(this.addressTimer);
    if (route.page === 'study') void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('vitrine-viewer')?.focus());
  };

  // Keys that nothing has the focus for are the viewer's.
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.target === document.body) this.renderRoot.querySelector<Viewer>('vitrine-viewer')?.press(event);
  };

  // The address follows the view, without a step in the history for every movement.
  private readonly onView = (event: CustomEvent<{ link: string }>): void => {
    const viewer = event.target as Viewer;
    clearTimeout(this.addressTimer);
    this.addressTimer = window.setTimeout(() => {
      if (!viewer.isConnected || location.hash !== this.shownHash) return;
      history.replaceState(null, '', studyHash(viewer.study, viewer.link));
      this.shownHash = location.hash;
    }, addressMs);
  };

  private readonly onLink = (event: CustomEvent<{ link: string; url: URL }>): void => {
    event.detail.url.hash = studyHash((event.target as Viewer).study, event.detail.link);
  };
}

defineElements();
customElements.define('vitrine-study-list', StudyList);
customElements.define('vitrine-app', App);

// Other origins and plain HTTP have none.
if ('serviceWorker' in navigator && isSecureContext) void navigator.serviceWorker.register('sw.js').catch(() => undefined);
