import { css } from 'lit';
import { theme } from './theme';

const frame = css`
  /* What the page around may not change, whatever its own rules say. */
  :host {
    display: grid !important;
    position: relative !important;
    overflow: hidden !important;
    padding: 0 !important;
    float: none !important;
    columns: auto !important;
    opacity: 1 !important;
    filter: none !important;
    font: 14px/1.45 Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif !important;
    color: var(--text) !important;
    background: var(--ground) !important;
    letter-spacing: normal !important;
    word-spacing: normal !important;
    text-transform: none !important;
    text-indent: 0 !important;
    text-align: left !important;
    text-shadow: none !important;
    white-space: normal !important;
    writing-mode: horizontal-tb !important;
    direction: ltr !important;
    visibility: inherit !important;
    cursor: auto !important;
  }
  :host([hidden]) { display: none !important; }
  :host {
    box-sizing: border-box;
    height: 600px;
    grid-template: "bar bar" auto "strip tools" auto "strip room" minmax(0, 1fr) "strip context" auto / auto minmax(0, 1fr);
    min-height: 240px;
    container-type: inline-size;
    outline: none;
  }
  .bar { grid-area: bar; display: flex; align-items: center; gap: 6px; min-height: 48px; padding: 4px 10px; border-bottom: 1px solid var(--line); }
  .who { flex: 1; min-width: 0; display: flex; align-items: baseline; gap: 10px; padding: 0 6px; white-space: nowrap; overflow: hidden; }
  .who strong { font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
  .who span { color: var(--quiet); font-size: 13px; overflow: hidden; text-overflow: ellipsis; }
  .tools { grid-area: tools; display: flex; align-items: center; gap: 2px; padding: 4px 10px; overflow-x: auto; scrollbar-width: none; }
  .context { grid-area: context; display: flex; align-items: center; gap: 18px; min-height: 44px; padding: 4px 14px; overflow-x: auto; scrollbar-width: none; font-size: 13px; }
  .room { grid-area: room; display: grid; gap: 2px; min-width: 0; min-height: 0; }
  .note { position: absolute; left: 50%; bottom: 60px; transform: translateX(-50%); padding: 8px 16px; border-radius: 8px; background: #1d242d; pointer-events: none; }
  .note:empty { display: none; }
`;

const room = css`
  .room { background: #000; grid-template: minmax(0, 1fr) / minmax(0, 1fr); }
  .room:is(.\\31 x2, .\\32 x2, .mpr3d) { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .room:is(.\\32 x1, .\\32 x2, .mpr3d) { grid-template-rows: repeat(2, minmax(0, 1fr)); }
  .room.mpr { grid-template: repeat(2, minmax(0, 1fr)) / minmax(0, 2fr) minmax(0, 1fr); }
  .room.mpr > :first-child { grid-row: span 2; }
  .room.single { grid-template: minmax(0, 1fr) / minmax(0, 1fr); }
  .room.single > :not(.active) { display: none; }
  .room.failed { place-content: center; justify-items: center; gap: 12px; padding: 24px; text-align: center; }
  .room.failed button { padding: 7px 18px; border: 0; border-radius: 6px; background: var(--accent); color: #06121d; font-weight: 600; }
  vitrine-pane { min-width: 0; min-height: 0; }
  .room > vitrine-pane { outline: 1px solid #1a2027; outline-offset: 0; }
  .room > .active { outline: 1px solid var(--accent); z-index: 1; }
  .room.single > .active { outline: none; }
`;

const controls = css`
  .tool { flex: none; display: inline-grid; place-items: center; width: 36px; height: 36px; padding: 0; border: 0; border-radius: 8px; background: transparent; color: var(--quiet); transition: background 0.12s, color 0.12s; }
  .tools .narrow-only { display: none; }
  .tool:hover:not(:disabled) { background: #1b222a; color: var(--text); }
  .tool[aria-pressed="true"] { background: #17293a; color: var(--accent); }
  .rule { flex: none; width: 1px; height: 20px; margin: 0 8px; background: var(--line); }
  .switch { display: flex; padding: 2px; border-radius: 9px; background: #171d24; }
  .switch button { padding: 5px 14px; border: 0; border-radius: 7px; background: transparent; color: var(--quiet); font-size: 13px; font-weight: 500; }
  .switch button[aria-pressed="true"] { background: #2a333e; color: var(--text); }
  .menu { position: relative; }
  .list { position: absolute; right: 0; top: 42px; z-index: 5; display: grid; width: max-content; padding: 6px; border: 1px solid var(--line); border-radius: 10px; background: #171c23; box-shadow: 0 12px 32px rgb(0 0 0 / 55%); }
  .list button { display: flex; align-items: center; gap: 10px; padding: 8px 14px 8px 8px; border: 0; border-radius: 6px; background: transparent; text-align: left; font-size: 13px; }
  .list button:hover:not(:disabled) { background: #242c36; }
  .list button[aria-checked="true"] { color: var(--accent); }
  .context label, .sides { flex: none; display: flex; align-items: center; gap: 8px; }
  .context label > span, output { color: var(--quiet); white-space: nowrap; font-variant-numeric: tabular-nums; }
  .context select { height: 32px; padding: 0 8px; border: 1px solid var(--line); border-radius: 7px; background: var(--raised); }
  .context .place { flex: 1 1 160px; min-width: 140px; max-width: 560px; margin-left: auto; }
  .context .place.short { flex: none; width: 220px; margin-left: 0; }
  .place.short output { min-width: 5ch; }
  input[type="range"] { flex: 1; min-width: 60px; height: 28px; accent-color: var(--accent); }
  .sides { gap: 2px; }
  .sides button { min-width: 32px; height: 32px; border: 0; border-radius: 7px; background: transparent; color: var(--quiet); font-weight: 600; }
  .sides button:hover { background: #1b222a; color: var(--text); }
`;

const strip = css`
  .strip { grid-area: strip; width: 148px; overflow-y: auto; border-right: 1px solid var(--line); scrollbar-width: thin; scrollbar-color: #2a333e transparent; }
  .strip ul { display: grid; gap: 4px; padding: 8px; }
  .card { display: grid; width: 100%; padding: 6px; border: 1px solid transparent; border-radius: 10px; background: transparent; text-align: left; }
  .card:hover { background: #161b22; }
  .card[aria-pressed="true"] { background: #17212b; border-color: #2f4a61; }
  .card img { width: 100%; aspect-ratio: 1; object-fit: contain; border-radius: 6px; background: #000; }
  .card img.missing { display: none; }
  .name { margin-top: 6px; font-size: 12.5px; line-height: 1.3; overflow-wrap: anywhere; }
  .facts { color: var(--quiet); font-size: 12px; }
`;

const sheet = css`
  .sheet-back { position: absolute; inset: 0; z-index: 8; background: rgb(5 7 9 / 70%); }
  .sheet { position: absolute; z-index: 9; left: 50%; top: 50%; transform: translate(-50%, -50%); width: min(880px, calc(100% - 24px)); max-height: calc(100% - 24px); overflow: auto; border: 1px solid var(--line); border-radius: 14px; background: #141920; outline: none; }
  .sheet header { position: sticky; top: 0; display: flex; align-items: center; justify-content: space-between; padding: 14px 14px 10px 24px; background: #141920; }
  .sheet h2 { font-size: 17px; font-weight: 600; }
  .sheet h3 { margin-bottom: 8px; color: var(--accent); font-size: 13px; font-weight: 600; }
  .columns { columns: 3 240px; column-gap: 28px; padding: 4px 24px 24px; }
  .columns > div { break-inside: avoid; margin-bottom: 20px; }
  .sheet dl { display: grid; grid-template-columns: auto 1fr; gap: 5px 12px; font-size: 13px; }
  .sheet dl.wide { grid-template-columns: 1fr; gap: 0; }
  .sheet dl.wide dd { color: var(--quiet); margin-bottom: 5px; }
  kbd { display: inline-block; min-width: 24px; padding: 1px 6px; border: 1px solid #35404c; border-radius: 5px; background: #1c232b; font: 12px var(--vitrine-font); text-align: center; }
`;

const small = css`
  @container (max-width: 720px) {
    .who span { display: none; }
    .bar { padding: 4px 4px; gap: 0; }
    .switch button { padding: 5px 9px; }
    .tool { width: 40px; height: 40px; }
    .tools { border-top: 1px solid var(--line); padding: 4px; }
    .strip { width: auto; overflow-x: auto; overflow-y: hidden; border: 0; border-bottom: 1px solid var(--line); scrollbar-width: none; }
    .strip ul { grid-auto-flow: column; grid-auto-columns: 92px; }
    .strip .name { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-size: 11.5px; }
    .strip .facts { display: none; }
    .room.mpr { grid-template: minmax(0, 3fr) minmax(0, 2fr) / repeat(2, minmax(0, 1fr)); }
    .room.mpr > :first-child { grid-row: auto; grid-column: span 2; }
    .context { gap: 12px; padding: 4px 10px; }
    .context .place { min-width: 110px; }
    .bar .wide-only { display: none; }
    .tools .narrow-only { display: inline-grid; }
  }
`;

// On a narrow element the tools come to the thumb.
const narrow = css`
  :host([narrow]) { grid-template: "bar" auto "strip" auto "room" minmax(0, 1fr) "context" auto "tools" auto / minmax(0, 1fr); }
`;

export const viewerStyle = [theme, frame, room, controls, strip, sheet, small, narrow];
