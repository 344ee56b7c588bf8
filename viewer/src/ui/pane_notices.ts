// What a viewport says beside its picture: what it waits for, what went wrong, what the line brings.

import { html, nothing, type TemplateResult } from 'lit';
import type { Failure } from '../core/failure';
import type { Figures } from '../core/feed';
import type { PaneState } from '../model/pane_state';
import type { SeriesContent } from '../model/series_content';

// retry: asking again may help.
const sentence = (text: string, retry?: () => void): TemplateResult =>
  html`<div class="notice" role="alert"><p>${text}</p>${retry ? html`<button @click=${retry}>Try again</button>` : nothing}</div>`;

// fraction: 0 to 1, where it is known.
const loading = (text: string, fraction?: number): TemplateResult =>
  html`<div class="status" role="status">${text}<progress aria-label=${text} max="1" value=${fraction ?? nothing}></progress></div>`;

// Why a viewport cannot show what it should; '' where it can.
export const reasonOf = (pane: PaneState, content: SeriesContent): string =>
  content.notShown || (pane.kind !== 'frame' && !content.volume ? content.noVolume : '');

export interface Waiting {
  failure: Failure | undefined;
  retry: () => void;
  isLost: boolean;
  reason: string;
  progress: number;   // Of a volume, below 0: none loads.
  isWaiting: boolean;
}

export function noticeOf({ failure, retry, isLost, reason, progress, isWaiting }: Waiting): unknown {
  if (failure) return sentence(failure.message, failure.retryable ? retry : undefined);
  if (isLost) return html`<div class="status" role="status">Connection lost. Reconnecting …</div>`;
  if (reason) return sentence(reason);
  if (progress >= 0) return loading(`Loading the volume … ${Math.round(progress * 100)} %`, progress);
  return isWaiting ? loading('Loading …') : nothing;
}

const size = (bytes: number): string => (bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

export function figuresPanel({ transport, latencyMs, serverMs, rate, bytes, bytesPerSecond, totalBytes }: Figures): TemplateResult {
  const rows = [
    ['Transport', transport === 'stream' ? 'WebSocket' : 'HTTP'], ['Latency', `${Math.round(latencyMs)} ms`],
    ...(serverMs ? [['Server', `${Math.round(serverMs)} ms`]] : []), ['Rate', `${rate} / s`], ['Picture', size(bytes)],
    ['Line', `${size(bytesPerSecond)} / s`], ['In all', size(totalBytes)],
  ];
  return html`<dl class="figures">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
