// Our line drawings on a 24 by 24 grid.

import { html, svg, type TemplateResult } from 'lit';

const paths = {
  back: 'M15 5l-7 7 7 7',
  window: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 3.5v17M12 8h6.6M12 12h8.5M12 16h6.6',
  scroll: 'M5 6h14M5 10h14M5 14h14M12 17v4m-2.5-2l2.5 2.5 2.5-2.5',
  pan: 'M12 3v18M3 12h18M12 3l-2.5 2.5M12 3l2.5 2.5M12 21l-2.5-2.5M12 21l2.5-2.5M3 12l2.5-2.5M3 12l2.5 2.5M21 12l-2.5-2.5M21 12l-2.5 2.5',
  zoom: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3L20.5 20.5M8 10.5h5M10.5 8v5',
  crosshair: 'M12 3v6M12 15v6M3 12h6M15 12h6M12 11.5v1M11.5 12h1',
  turn: 'M4 12c0-2 3.6-3.5 8-3.5s8 1.5 8 3.5-3.6 3.5-8 3.5c-1 0-2-.1-3-.2M11.5 12.8L9 15.3l2.5 2.5M12 8.5V4',
  LENGTH: 'M4.5 19.5l15-15M3 18l3 3M18 3l3 3M8.5 15.5l1.3 1.3M12 12l1.3 1.3M15.5 8.5l1.3 1.3',
  ANGLE: 'M19 5L5 19h15M11 13a8.5 8.5 0 0 1 2.5 6',
  RECTANGLE: 'M4 6.5h16v11H4z',
  ELLIPSE: 'M12 6c4.7 0 8.5 2.7 8.5 6s-3.8 6-8.5 6-8.5-2.7-8.5-6S7.3 6 12 6z',
  POINT: 'M12 8.5v-5M12 20.5v-5M8.5 12h-5M20.5 12h-5M12 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z',
  invert: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 6.5v11a5.5 5.5 0 0 0 0-11z',
  rotate: 'M19 12a7 7 0 1 1-2.5-5.4M19.5 3.5v4h-4',
  flipHorizontal: 'M12 3v18M9 7v10H3.5zM15 7v10h5.5z',
  flipVertical: 'M3 12h18M7 9h10V3.5zM7 15h10v5.5z',
  reset: 'M5 5v5h5M5.6 10A7.2 7.2 0 1 1 5 14',
  play: 'M8 5l11 7-11 7z',
  pause: 'M8.5 5v14M15.5 5v14',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 8.5v.1',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  full: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  help: 'M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.1M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z',
  layout: 'M4 4h16v16H4zM12 4v16M12 12h8',
  series: 'M4 4h6v6H4zM4 14h6v6H4zM14 5h6M14 9h4M14 15h6M14 19h4',
  clear: 'M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  pulse: 'M3 12h4l2.5-6 4 12 2.5-6h5',
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3L20.5 20.5',
} as const;

export type IconName = keyof typeof paths;

export const icon = (name: IconName): TemplateResult => html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" fill="none"
  stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${svg`<path d=${paths[name]} />`}</svg>`;
