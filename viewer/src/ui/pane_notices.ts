// What a viewport says beside its picture: what it waits for, what went wrong, what the line brings.

import { html, nothing, type TemplateResult } from 'lit';
import type { Figures } from '../core/feed';

// retry: asking again may help.
export const sentence = (text: string, retry?: () => void): TemplateResult =>
  html`<div class="notice" role="alert"><p>${text}</p>${retry ? html`<button @click=${retry}>Try again</button>` : nothing}</div>`;

// fraction: 0 to 1, where it is known.
export const loading = (text: string, fraction?: number): TemplateResult =>
  html`<div class="status" role="status">${text}<progress aria-label=${text} max="1" value=${fraction ?? nothing}></progress></div>`;

const size = (bytes: number): string => (bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

export function figuresPanel({ transport, latencyMs, serverMs, rate, bytes, bytesPerSecond, totalBytes }: Figures): TemplateResult {
  const rows = [
    ['Transport', transport === 'stream' ? 'WebSocket' : 'HTTP'], ['Latency', `${Math.round(latencyMs)} ms`],
    ...(serverMs ? [['Server', `${Math.round(serverMs)} ms`]] : []), ['Rate', `${rate} / s`], ['Picture', size(bytes)],
    ['Line', `${size(bytesPerSecond)} / s`], ['In all', size(totalBytes)],
  ];
  return html`<dl class="figures">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
