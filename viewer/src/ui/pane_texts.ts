// The words over a picture.

import type { Window } from '../core/messages';
import type { CornerTexts } from '../draw/overlay';
import type { PaneState } from '../model/pane_state';
import { presetsFor } from '../model/presets';
import { smallestSpacing, type SeriesContent } from '../model/series_content';
import { isLinked } from '../model/layout';
import type { ViewerModel } from '../model/viewer_model';
import type { Screen } from '../model/screen';

const projectionNames = { AVERAGE_INTENSITY: 'mean', MAXIMUM_INTENSITY: 'MIP', MINIMUM_INTENSITY: 'MinIP', VOLUME_RENDERED: '' };

function windowText(pane: PaneState, own: Window | undefined): string {
  const window = pane.window ?? own;
  return window ? `W ${Math.round(window.width)}  L ${Math.round(window.center)}` : '';
}

function placeText(pane: PaneState, content: SeriesContent): string {
  if (pane.kind === 'frame') return `${pane.index + 1} / ${content.pictures.length}`;
  if (pane.kind === 'slice' && pane.slabMm > smallestSpacing(content.volume!)) return `${pane.slabMm} mm ${projectionNames[pane.projection]}`;
  if (pane.kind === 'volume' && pane.projection === 'VOLUME_RENDERED') {
    const presets = presetsFor(content);
    return (presets.find(([name]) => name === pane.preset) ?? presets[0]!)[1];
  }
  return pane.kind === 'volume' ? projectionNames[pane.projection] : '';
}

// own: the window that the server applied by itself. marks: of the picture itself.
// isSmall: only what cannot be missed.
export function cornerTexts(model: ViewerModel, index: number, pane: PaneState, content: SeriesContent, screen: Screen, own: Window | undefined,
                            marks: string[], isSmall: boolean): CornerTexts {
  const { study } = model;
  // Linked viewports show one and the same series.
  const isNamed = !isSmall && !(isLinked(model.layout) && index > 0 && !model.maximized);
  const isRendered = pane.kind === 'volume' && pane.projection === 'VOLUME_RENDERED';
  const lines = (...texts: (string | undefined)[]): string[] => texts.filter((text): text is string => Boolean(text));
  return {
    topLeft: !isNamed ? [] : lines(study?.patientName, study?.patientId, study?.date),
    topRight: !isNamed ? [] : lines(content.description, study?.description === content.description ? '' : study?.description),
    bottomLeft: lines(placeText(pane, content), content.isColour || isRendered ? '' : windowText(pane, own)),
    bottomRight: lines(pane.zoom !== 1 && !isSmall ? `${Math.round(pane.zoom * 100)} %` : '', screen.isUpright ? '' : `${Math.round(pane.roll)}°`, ...marks),
  };
}

// A viewport in words.
export function paneLabel(pane: PaneState | undefined, content: SeriesContent | undefined): string {
  if (!content || !pane) return 'Viewport';
  const kinds = { frame: `image ${pane.index + 1} of ${content.pictures.length}`, slice: 'plane', volume: 'volume rendering' };
  return [content.modality, content.description, kinds[pane.kind]].filter(Boolean).join(', ');
}
