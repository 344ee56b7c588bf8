// Colours and type: dark, calm, one accent. A page may set --vitrine-accent on the element.

import { css } from 'lit';

export const theme = css`
  :host {
    --vitrine-font: Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
    --ground: #0b0e12;
    --raised: #12161c;
    --line: #232a33;
    --text: #dde3ea;
    --quiet: #98a4b1;
    --accent: var(--vitrine-accent, #7cc4ff);
    color-scheme: dark;
    font: 14px/1.45 var(--vitrine-font);
    color: var(--text);
    background: var(--ground);
    -webkit-text-size-adjust: none;
  }
  *, *::before, *::after { box-sizing: border-box; }
  button, select, input { font: inherit; color: inherit; }
  button { cursor: pointer; }
  button:disabled { cursor: default; opacity: 0.4; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
  h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
  ul { list-style: none; }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { animation-duration: 0s !important; transition-duration: 0s !important; }
  }
`;
