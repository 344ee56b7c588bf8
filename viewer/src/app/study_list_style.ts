import { css } from 'lit';
import { theme } from '../ui/theme';

export const studyListStyle = [theme, css`
  :host { display: flex; flex-direction: column; min-height: 0; overflow: auto; scrollbar-color: #2a333e transparent; }
  header { position: sticky; top: 0; z-index: 1; padding: 20px max(24px, calc((100% - 1160px) / 2)) 14px; background: var(--ground); border-bottom: 1px solid var(--line); }
  h1 { font-size: 22px; font-weight: 600; letter-spacing: -0.01em; margin-bottom: 12px; }
  form { display: grid; grid-template-columns: 2fr 1.3fr 1fr 1fr 0.8fr; gap: 12px; }
  label { display: grid; gap: 4px; min-width: 0; }
  label span { color: var(--quiet); font-size: 12.5px; }
  input, select { width: 100%; min-width: 0; height: 38px; padding: 0 12px; border: 1px solid var(--line); border-radius: 9px; background: var(--raised); }
  input:hover, select:hover { border-color: #34404c; }
  main { flex: 1; padding: 10px max(24px, calc((100% - 1160px) / 2)) 32px; }
  .studies a { display: grid; grid-template-columns: 104px minmax(0, 2fr) minmax(0, 1.3fr) minmax(0, 2.2fr) 96px 150px; align-items: baseline; gap: 16px; padding: 13px 12px; border-radius: 10px; color: inherit; text-decoration: none; }
  .studies li + li { border-top: 1px solid #171d24; }
  .studies a:hover { background: #141a21; }
  .studies span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .name { font-weight: 600; }
  .id, .what, .counts { color: var(--quiet); }
  .date { font-variant-numeric: tabular-nums; }
  .counts { text-align: right; font-size: 13px; }
  .modalities { display: flex; flex-wrap: wrap; gap: 4px; }
  b { padding: 1px 8px; border-radius: 6px; background: #17293a; color: var(--accent); font-size: 12.5px; font-weight: 600; }
  .pages { display: flex; justify-content: center; align-items: center; gap: 16px; padding: 18px; color: var(--quiet); font-variant-numeric: tabular-nums; }
  button { padding: 7px 16px; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); }
  button:hover:not(:disabled) { background: #1b222a; }
  .empty { display: grid; justify-items: center; gap: 14px; padding: 12vh 16px; color: var(--quiet); }
  @media (max-width: 760px) {
    header { padding: 14px 16px 12px; }
    main { padding: 4px 8px 24px; }
    form { grid-template-columns: 1fr 1fr; gap: 8px 10px; }
    form label:first-child { grid-column: span 2; }
    form label:last-child { grid-column: span 2; }
    .studies a { grid-template-columns: auto minmax(0, 1fr) auto; gap: 2px 12px; padding: 12px 8px; }
    .modalities { grid-row: span 2; align-self: center; flex-direction: column; }
    .name { grid-column: 2; }
    .date { grid-column: 3; grid-row: 1; color: var(--quiet); font-size: 13px; }
    .what { grid-column: 2; grid-row: 2; font-size: 13px; }
    .id { display: none; }
    .counts { grid-column: 3; grid-row: 2; }
  }
`];
