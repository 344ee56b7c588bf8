// Everything that a key or a button does, in one table: the keyboard, the bars and the help sheet read it.

import type { Kind } from '../model/pane_state';
import type { IconName } from './icons';
import type { Tool } from './tools';

// What a command can reach.
export interface Commander {
  setTool(tool: Tool): void;
  setKind(kind: Kind): void;
  setPlanes(): void;
  leaf(steps: number): void;
  leafTo(end: 'first' | 'last'): void;
  zoom(factor: number): void;
  invert(): void;
  rotate(): void;
  flip(axis: 'horizontal' | 'vertical'): void;
  reset(): void;
  toggleCine(): void;
  preset(number: number): void;
  nextSeries(step: number): void;
  clearShapes(): void;
  exportPng(): void;
  copyLink(): void;
  toggleTexts(): void;
  toggleFigures(): void;
  toggleFullScreen(): void;
  toggleHelp(): void;
  cancel(): void;
}

export type Group = 'Tools' | 'View' | 'Picture' | 'Measure' | 'Window';

export interface Command {
  name: string;
  group: Group;
  keys: string[];       // As KeyboardEvent.key says them; letters in lower case.
  icon?: IconName;
  tool?: Tool;
  run(to: Commander): void;
}

const tool = (name: string, of: Tool, key: string, group: Group = 'Tools'): Command => ({
  name, group, keys: [key], icon: of, tool: of, run: (to) => to.setTool(of),
});

export const commands: Command[] = [
  tool('Window', 'window', 'w'),
  tool('Scroll', 'scroll', 's'),
  tool('Pan', 'pan', 'p'),
  tool('Zoom', 'zoom', 'z'),
  tool('Crosshair', 'crosshair', 'c'),
  tool('Turn', 'turn', 't'),
  tool('Length', 'LENGTH', 'l', 'Measure'),
  tool('Angle', 'ANGLE', 'a', 'Measure'),
  tool('Rectangle', 'RECTANGLE', 'b', 'Measure'),
  tool('Ellipse', 'ELLIPSE', 'e', 'Measure'),
  tool('Point value', 'POINT', 'y', 'Measure'),
  { name: 'Clear measurements', group: 'Measure', keys: ['Delete'], icon: 'clear', run: (to) => to.clearShapes() },
  { name: 'Stack', group: 'View', keys: ['q'], run: (to) => to.setKind('frame') },
  { name: 'Planes', group: 'View', keys: ['m'], run: (to) => to.setPlanes() },
  { name: '3D', group: 'View', keys: ['n'], run: (to) => to.setKind('volume') },
  { name: 'Previous image', group: 'View', keys: ['ArrowUp'], run: (to) => to.leaf(-1) },
  { name: 'Next image', group: 'View', keys: ['ArrowDown'], run: (to) => to.leaf(1) },
  { name: 'Ten back', group: 'View', keys: ['PageUp'], run: (to) => to.leaf(-10) },
  { name: 'Ten on', group: 'View', keys: ['PageDown'], run: (to) => to.leaf(10) },
  { name: 'First image', group: 'View', keys: ['Home'], run: (to) => to.leafTo('first') },
  { name: 'Last image', group: 'View', keys: ['End'], run: (to) => to.leafTo('last') },
  { name: 'Previous series', group: 'View', keys: ['ArrowLeft'], run: (to) => to.nextSeries(-1) },
  { name: 'Next series', group: 'View', keys: ['ArrowRight'], run: (to) => to.nextSeries(1) },
  { name: 'Cine', group: 'View', keys: [' '], icon: 'play', run: (to) => to.toggleCine() },
  { name: 'Full screen', group: 'View', keys: ['f'], icon: 'full', run: (to) => to.toggleFullScreen() },
  { name: 'Larger', group: 'Picture', keys: ['+', '='], run: (to) => to.zoom(1.2) },
  { name: 'Smaller', group: 'Picture', keys: ['-'], run: (to) => to.zoom(1 / 1.2) },
  { name: 'Invert', group: 'Picture', keys: ['i'], icon: 'invert', run: (to) => to.invert() },
  { name: 'Rotate by 90°', group: 'Picture', keys: ['r'], icon: 'rotate', run: (to) => to.rotate() },
  { name: 'Flip left and right', group: 'Picture', keys: ['h'], icon: 'flipHorizontal', run: (to) => to.flip('horizontal') },
  { name: 'Flip top and bottom', group: 'Picture', keys: ['v'], icon: 'flipVertical', run: (to) => to.flip('vertical') },
  { name: 'Reset', group: 'Picture', keys: ['x'], icon: 'reset', run: (to) => to.reset() },
  { name: 'Texts', group: 'Picture', keys: ['o'], run: (to) => to.toggleTexts() },
  { name: 'Save as PNG', group: 'Picture', keys: ['g'], icon: 'image', run: (to) => to.exportPng() },
  { name: 'Copy a link to this view', group: 'Picture', keys: ['k'], icon: 'link', run: (to) => to.copyLink() },
  { name: 'Latency, rate and bytes', group: 'Picture', keys: ['d'], icon: 'pulse', run: (to) => to.toggleFigures() },
  { name: 'The image’s own window', group: 'Window', keys: ['0'], run: (to) => to.preset(0) },
  ...Array.from({ length: 9 }, (_, index): Command => ({
    name: `Preset ${index + 1}`, group: 'Window', keys: [String(index + 1)], run: (to) => to.preset(index + 1),
  })),
  { name: 'Help', group: 'View', keys: ['?'], icon: 'help', run: (to) => to.toggleHelp() },
  { name: 'Close, cancel', group: 'View', keys: ['Escape'], run: (to) => to.cancel() },
];

export const commandNamed = (name: string): Command => commands.find((command) => command.name === name)!;

// The command of a key press, unless it is meant for a field or the browser.
export function commandFor(event: KeyboardEvent): Command | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return undefined;
  // Space and Enter press buttons.
  if (target instanceof HTMLButtonElement && event.key === ' ') return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return commands.find((command) => command.keys.includes(key));
}

const keyNames: Record<string, string> = {
  ' ': 'Space', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', PageUp: 'Page ↑', PageDown: 'Page ↓', Escape: 'Esc', Delete: 'Del',
};

export const keyName = (key: string): string => keyNames[key] ?? (key.length === 1 ? key.toUpperCase() : key);
