import { css } from 'lit';

export const paneStyle = css`
  :host {
    position: relative;
    display: block;
    overflow: hidden;
    background: #000;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    cursor: crosshair;
    contain: strict;
  }
  canvas, svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    pointer-events: none;
  }
  .notice, .status, .figures {
    position: absolute;
    left: 50%;
    transform: translateX(-50%);
    border-radius: 8px;
    background: rgb(16 20 25 / 92%);
    color: #dde3ea;
    font: 13px/1.45 var(--vitrine-font);
  }
  .notice {
    top: 50%;
    transform: translate(-50%, -50%);
    width: max-content;
    max-width: min(36ch, calc(100% - 32px));
    padding: 14px 18px;
    border: 1px solid #3a4450;
    text-align: center;
    box-sizing: border-box;
  }
  .notice p { margin: 0; }
  .notice button {
    margin-top: 10px;
    padding: 6px 16px;
    border: 0;
    border-radius: 6px;
    background: var(--accent);
    color: #06121d;
    font: 600 13px var(--vitrine-font);
    cursor: pointer;
  }
  .notice button:focus-visible { outline: 2px solid #fff; outline-offset: 2px; }
  .status {
    bottom: 44px;
    padding: 6px 14px 8px;
    white-space: nowrap;
    animation: appear 0.2s 0.15s both;
  }
  progress {
    display: block;
    width: 100%;
    min-width: 140px;
    height: 3px;
    margin-top: 6px;
    appearance: none;
    border: 0;
    border-radius: 2px;
    background: #2a323c;
    overflow: hidden;
  }
  progress::-webkit-progress-bar { background: #2a323c; }
  progress::-webkit-progress-value { background: var(--accent); }
  progress::-moz-progress-bar { background: var(--accent); }
  progress:indeterminate { background: linear-gradient(90deg, #2a323c 35%, var(--accent) 50%, #2a323c 65%) 0 0 / 250% 100%; animation: slide 1.4s linear infinite; }
  progress:indeterminate::-webkit-progress-bar { background: transparent; }
  .figures {
    top: 12px;
    display: grid;
    grid-template-columns: auto auto;
    gap: 1px 14px;
    margin: 0;
    padding: 8px 14px;
    font-variant-numeric: tabular-nums;
    pointer-events: none;
  }
  .figures dt { color: #9aa6b2; }
  .figures dd { margin: 0; text-align: right; }
  @keyframes appear { from { opacity: 0; } }
  @keyframes slide { from { background-position: 100% 0; } to { background-position: 0 0; } }
  @media (prefers-reduced-motion: reduce) {
    .status { animation: none; }
    progress:indeterminate { animation: none; background: #5a6673; }
  }
`;
