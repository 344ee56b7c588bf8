// The study's series as thumbnails.

import { html, type TemplateResult } from 'lit';
import type { Series } from '../core/dicom_json';
import type { ViewerModel } from '../model/viewer_model';

const hide = (event: Event): void => (event.target as HTMLElement).classList.add('missing');
const show = (event: Event): void => (event.target as HTMLElement).classList.remove('missing');

function card(model: ViewerModel, series: Series, choose: (uid: string) => void): TemplateResult {
  const isShown = model.panes.some((pane) => pane.series === series.uid);
  const images = series.instanceCount ? `${series.instanceCount} ${series.instanceCount === 1 ? 'image' : 'images'}` : '';
  const name = series.description || `Series ${series.number || ''}`;
  return html`<li><button class="card" aria-pressed=${isShown} title=${name} @click=${() => choose(series.uid)}>
    <img src=${model.service.thumbnailUrl(model.studyUid, series.uid)} alt="" crossorigin="anonymous" loading="lazy" decoding="async" @error=${hide} @load=${show}>
    <span class="name">${name}</span>
    <span class="facts">${[series.modality, images].filter(Boolean).join(' · ')}</span>
  </button></li>`;
}

export const seriesStrip = (model: ViewerModel, choose: (uid: string) => void): TemplateResult =>
  html`<nav class="strip" aria-label="Series"><ul>${model.series.map((series) => card(model, series, choose))}</ul></nav>`;
