// What only some views have: windows, the thickness of slabs, renderings of volumes, the place in a stack.

import { html, nothing, type TemplateResult } from 'lit';
import type { Projection } from '../core/messages';
import type { Vec3 } from '../core/vector';
import type { PaneState } from '../model/pane_state';
import { presetsFor, windowsFor } from '../model/presets';
import type { SeriesContent } from '../model/series_content';
import type { Viewer } from './viewer';

const slabProjections: [Projection, string][] = [['AVERAGE_INTENSITY', 'Mean'], ['MAXIMUM_INTENSITY', 'MIP'], ['MINIMUM_INTENSITY', 'MinIP']];
const volumeProjections: [Projection, string][] = [['VOLUME_RENDERED', 'Rendering'], ['MAXIMUM_INTENSITY', 'MIP'], ['MINIMUM_INTENSITY', 'MinIP'], ['AVERAGE_INTENSITY', 'Mean']];

const sides: [string, string, Vec3, Vec3][] = [
  ['A', 'From anterior', [0, 1, 0], [0, 0, 1]], ['P', 'From posterior', [0, -1, 0], [0, 0, 1]],
  ['R', 'From the right', [1, 0, 0], [0, 0, 1]], ['L', 'From the left', [-1, 0, 0], [0, 0, 1]],
  ['H', 'From the head', [0, 0, -1], [0, -1, 0]], ['F', 'From the feet', [0, 0, 1], [0, -1, 0]],
];

function choice<T extends string>(label: string, options: [T, string][], value: T, choose: (value: T) => void): TemplateResult {
  return html`<label><span>${label}</span><select aria-label=${label} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}>
    ${options.map(([option, name]) => html`<option value=${option} ?selected=${option === value}>${name}</option>`)}</select></label>`;
}

function windowChoice(viewer: Viewer, pane: PaneState, content: SeriesContent): unknown {
  const windows = windowsFor(content);
  if (windows.length === 0) return nothing;
  const at = windows.findIndex(({ window }) => window.center === pane.window?.center && window.width === pane.window.width);
  const options: [string, string][] = [['0', 'Own'], ...windows.map(({ name }, index): [string, string] => [String(index + 1), name])];
  if (pane.window && at < 0) options.unshift(['', 'By hand']);
  return choice('Window', options, pane.window ? (at < 0 ? '' : String(at + 1)) : '0', (value) => value && viewer.preset(Number(value)));
}

function place(viewer: Viewer, pane: PaneState, content: SeriesContent): unknown {
  const model = viewer.model!;
  if (pane.kind !== 'frame' || content.pictures.length < 2) return nothing;
  return html`<label class="place"><span>Image</span><input type="range" min="1" max=${content.pictures.length} .value=${String(pane.index + 1)}
    aria-valuetext=${`${pane.index + 1} of ${content.pictures.length}`}
    @input=${(event: Event) => model.update(model.active, { index: Number((event.target as HTMLInputElement).value) - 1 }, true)}></label>`;
}

function plane(viewer: Viewer, pane: PaneState, content: SeriesContent): TemplateResult {
  const model = viewer.model!;
  const { offset, most, step } = model.planeOffset(pane, content);
  return html`<label class="place"><span>Plane</span><input type="range" min=${-most} max=${most} step=${Math.min(1, step)} .value=${String(offset)}
    aria-label="Plane" aria-valuetext=${`${offset.toFixed(1)} mm from the middle`}
    @input=${(event: Event) => model.setPlaneOffset(model.active, Number((event.target as HTMLInputElement).value))}></label>`;
}

function slab(viewer: Viewer, pane: PaneState): TemplateResult {
  const model = viewer.model!;
  return html`<label class="place short"><span>Slab</span><input type="range" min="0" max="80" step="1" .value=${String(pane.slabMm)} aria-valuetext=${`${pane.slabMm} mm`}
      @input=${(event: Event) => model.update(model.active, { slabMm: Number((event.target as HTMLInputElement).value) }, true)}><output>${pane.slabMm} mm</output></label>
    ${choice('Mode', slabProjections, pane.projection, (projection) => model.update(model.active, { projection }))}`;
}

function volume(viewer: Viewer, pane: PaneState, content: SeriesContent): TemplateResult {
  const model = viewer.model!;
  const presets = presetsFor(content);
  return html`${choice('Mode', volumeProjections, pane.projection, (projection) => model.update(model.active, { projection }))}
    ${pane.projection === 'VOLUME_RENDERED'
      ? choice('Preset', presets, pane.preset || presets[0]![0], (preset) => model.update(model.active, { preset }))
      : windowChoice(viewer, pane, content)}
    <div class="sides" role="group" aria-label="Seen from">${sides.map(([letter, name, direction, up]) =>
      html`<button title=${name} aria-label=${name} @click=${() => model.update(model.active, { direction, up })}>${letter}</button>`)}</div>`;
}

export function contextBar(viewer: Viewer): unknown {
  const pane = viewer.model?.activePane;
  const content = viewer.model?.content(pane);
  if (!pane || !content || (pane.kind !== 'frame' && !content.volume)) return html`<div class="context"></div>`;
  const cine = viewer.cine.isPlaying && pane.kind !== 'volume'
    ? html`<div class="sides" role="group" aria-label="Pace"><button aria-label="Slower" @click=${() => viewer.cine.slower()}>−</button>
        <output>${viewer.cine.rate.toFixed(viewer.cine.rate < 10 ? 1 : 0)} / s</output><button aria-label="Faster" @click=${() => viewer.cine.faster()}>+</button></div>`
    : nothing;
  return html`<div class="context">
    ${pane.kind === 'volume' ? volume(viewer, pane, content) : windowChoice(viewer, pane, content)}
    ${pane.kind === 'slice' ? html`${plane(viewer, pane, content)}${slab(viewer, pane)}` : nothing}${place(viewer, pane, content)}${cine}</div>`;
}
