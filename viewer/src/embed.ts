// /embed.js: one script tag gives a page <vitrine-viewer> and window.Vitrine (docs/embedding.md).

import type { RawConfiguration } from './core/config';
import { defineElements } from './ui/define';
import { Viewer } from './ui/viewer';

interface InstallOptions extends RawConfiguration {
  study?: string;
  series?: string;
  view?: string;
  layout?: string;
  controls?: Viewer['controls'];
}

const script = document.currentScript as HTMLScriptElement | null;
Viewer.base = new URL('.', script?.src || document.baseURI).href;
defineElements();

// Puts a viewer into an element (or the one with this id); calls back when the study is open or cannot be opened.
function install(config: InstallOptions, container: HTMLElement | string, ready?: (viewer: Viewer) => void): Viewer {
  const place = typeof container === 'string' ? document.getElementById(container) : container;
  if (!place) throw new Error(`Vitrine.install: there is no element ${String(container)}`);
  const viewer = new Viewer();
  const { study, series, view, layout, controls, ...rest } = config;
  Object.assign(viewer, { config: rest, study: study ?? '', series: series ?? '', view: view ?? '', layout: layout ?? '', controls: controls ?? 'full' });
  viewer.style.width = '100%';
  viewer.style.height = '100%';
  if (ready) viewer.addEventListener('vitrine-ready', () => ready(viewer), { once: true });
  place.append(viewer);
  return viewer;
}

declare global {
  interface Window { Vitrine: { install: typeof install; Viewer: typeof Viewer } }
}

window.Vitrine = { install, Viewer };
