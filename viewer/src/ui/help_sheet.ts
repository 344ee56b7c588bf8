// All of it on one sheet.

import { html, type TemplateResult } from 'lit';
import { commands, keyName, type Group } from './commands';
import { icon } from './icons';

const gestures: [string, string][] = [
  ['Drag, one finger', 'the chosen tool'],
  ['Wheel', 'scroll; zoom in 3D'],
  ['Ctrl and wheel, pinch', 'zoom'],
  ['Middle button, Shift and drag, two fingers', 'pan'],
  ['Right button, Ctrl and drag', 'zoom'],
  ['Alt and drag', 'window; turn in 3D'],
  ['Double click, double tap', 'one viewport alone, and back'],
  ['Drag a line of the crosshair', 'tilt the other planes'],
];

const groups: Group[] = ['Tools', 'Measure', 'View', 'Picture', 'Window'];

const keysOf = (keys: string[]): TemplateResult[] => keys.slice(0, 1).map((key) => html`<kbd>${keyName(key)}</kbd>`);

function rows(group: Group): TemplateResult[] {
  const shown = commands.filter((command) => command.group === group && !/^Preset [2-9]/.test(command.name));
  return shown.map(({ name, keys }) =>
    name === 'Preset 1' ? html`<dt><kbd>1</kbd> – <kbd>9</kbd></dt><dd>Presets</dd>` : html`<dt>${keysOf(keys)}</dt><dd>${name}</dd>`);
}

export const helpSheet = (close: () => void): TemplateResult => html`
  <div class="sheet-back" @click=${close}></div>
  <section class="sheet" role="dialog" aria-modal="true" aria-labelledby="help-title" tabindex="-1">
    <header><h2 id="help-title">Mouse, touch and keys</h2>
      <button class="tool" aria-label="Close" @click=${close}>${icon('close')}</button></header>
    <div class="columns">
      <div><h3>Mouse and touch</h3><dl class="wide">${gestures.map(([how, what]) => html`<dt>${how}</dt><dd>${what}</dd>`)}</dl></div>
      ${groups.map((group) => html`<div><h3>${group}</h3><dl>${rows(group)}</dl></div>`)}
    </div>
  </section>`;
