// The bars with buttons: what is shown, and the tools.

import { html, nothing, type TemplateResult } from 'lit';
import { layoutNames, isLinked, type Layout } from '../model/layout';
import type { Kind } from '../model/pane_state';
import { commandNamed, commands, keyName, type Command } from './commands';
import { icon, type IconName } from './icons';
import { isShapeTool, toolsFor } from './tools';
import type { Viewer } from './viewer';

const title = ({ name, keys }: Command): string => `${name} (${keyName(keys[0]!)})`;

function button(viewer: Viewer, command: Command, pressed?: boolean, shown: IconName = command.icon!): TemplateResult {
  return html`<button class="tool" title=${title(command)} aria-label=${command.name} aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    @click=${() => command.run(viewer)}>${icon(shown)}</button>`;
}

function kindSwitch(viewer: Viewer): TemplateResult {
  const model = viewer.model!;
  const pane = model.activePane;
  const content = model.content(pane);
  const isMpr = isLinked(model.layout);
  const part = (name: string, isOn: boolean, isPossible: boolean, reason = ''): TemplateResult => {
    const command = commandNamed(name);
    return html`<button aria-pressed=${isOn} ?disabled=${!isPossible} title=${isPossible ? title(command) : reason} @click=${() => command.run(viewer)}>${name}</button>`;
  };
  const hasVolume = Boolean(content?.volume);
  const reason = content?.noVolume ?? '';
  return html`<div class="switch" role="group" aria-label="What is shown">
    ${part('Stack', !isMpr && pane?.kind === 'frame', Boolean(pane))}
    ${part('Planes', isMpr || pane?.kind === 'slice', hasVolume, reason)}
    ${part('3D', !isMpr && pane?.kind === 'volume', hasVolume, reason)}
  </div>`;
}

const layoutPaths: Record<Layout, string> = {
  '1x1': 'M4 5h16v14H4z',
  '1x2': 'M4 5h16v14H4zM12 5v14',
  '2x1': 'M4 5h16v14H4zM4 12h16',
  '2x2': 'M4 5h16v14H4zM12 5v14M4 12h16',
  mpr: 'M4 5h16v14H4zM13 5v14M13 12h7',
  mpr3d: 'M4 5h16v14H4zM12 5v14M4 12h16M14.5 17l1.5-3 1.5 3z',
};

function layoutMenu(viewer: Viewer): TemplateResult {
  const model = viewer.model!;
  const hasVolume = Boolean(model.content(model.activePane)?.volume);
  const item = (layout: Layout): TemplateResult => html`<button role="menuitemradio" aria-checked=${model.layout === layout} ?disabled=${isLinked(layout) && !hasVolume}
    @click=${() => viewer.setLayout(layout)}><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width="1.6"><path d=${layoutPaths[layout]}></path></svg>${layoutNames[layout]}</button>`;
  const isOpen = viewer.menu === 'layout';
  return html`<div class="menu"><button class="tool" title="Layout" aria-label="Layout" aria-haspopup="menu" aria-expanded=${isOpen}
      @click=${() => (viewer.menu = isOpen ? '' : 'layout')}>${icon('layout')}</button>
    ${isOpen ? html`<div class="list" role="menu">${(Object.keys(layoutNames) as Layout[]).map(item)}</div>` : nothing}</div>`;
}

function toolButtons(viewer: Viewer, kind: Kind): TemplateResult {
  const chosen = viewer.toolOf(kind);
  const possible = commands.filter((command) => command.tool && toolsFor(kind).includes(command.tool));
  const buttons = (wanted: Command[]): TemplateResult[] => wanted.map((command) => button(viewer, command, command.tool === chosen));
  const drawn = possible.filter((command) => isShapeTool(command.tool!));
  return html`${buttons(possible.filter((command) => !isShapeTool(command.tool!)))}
    ${drawn.length ? html`<span class="rule"></span>${buttons(drawn)}${button(viewer, commandNamed('Clear measurements'))}` : nothing}`;
}

export function bars(viewer: Viewer): TemplateResult {
  const model = viewer.model!;
  const { study } = model;
  const pane = model.activePane;
  const named = (...names: string[]): TemplateResult[] => names.map((name) => button(viewer, commandNamed(name)));
  return html`<header class="bar">
      <slot name="start"></slot>
      ${viewer.controls === 'full' && model.series.length > 1 ? html`<button class="tool" title="Series" aria-label="Series" aria-pressed=${viewer.stripShown}
        @click=${() => (viewer.stripShown = !viewer.stripShown)}>${icon('series')}</button>` : nothing}
      <div class="who"><strong>${study?.patientName || (study ? 'No name' : '')}</strong><span>${[study?.patientId, study?.date, study?.description].filter(Boolean).join(' · ')}</span></div>
      ${kindSwitch(viewer)}${layoutMenu(viewer)}<span class="wide-only">${named('Full screen')}</span>${named('Help')}
    </header>
    <div class="tools" role="toolbar" aria-label="Tools">
      ${pane ? toolButtons(viewer, pane.kind) : nothing}<span class="rule"></span>
      ${button(viewer, commandNamed('Cine'), viewer.cine.isPlaying, viewer.cine.isPlaying ? 'pause' : 'play')}
      ${named('Invert', 'Rotate by 90°', 'Flip left and right', 'Flip top and bottom', 'Reset')}<span class="rule"></span>
      ${named('Save as PNG', 'Copy a link to this view')}${button(viewer, commandNamed('Latency, rate and bytes'), viewer.figuresShown)}<span class="narrow-only">${named('Full screen')}</span>
    </div>`;
}
