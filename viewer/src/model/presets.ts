// Windows and volume renderings by name, in the order of the number keys.

import type { SeriesContent } from './series_content';

export interface NamedWindow { name: string; window: { center: number; width: number } }

const ct: NamedWindow[] = [
  { name: 'Soft tissue', window: { center: 40, width: 400 } },
  { name: 'Lung', window: { center: -600, width: 1500 } },
  { name: 'Bone', window: { center: 500, width: 2000 } },
  { name: 'Brain', window: { center: 40, width: 80 } },
  { name: 'Liver', window: { center: 60, width: 160 } },
  { name: 'Vessels', window: { center: 200, width: 700 } },
];

export const volumePresets: Record<string, [name: string, label: string][]> = {
  CT: [
    ['ct-bone', 'Bone'], ['ct-soft-tissue', 'Soft tissue'], ['ct-lung', 'Lung'], ['ct-vessels', 'Vessels'], ['ct-skin', 'Skin'],
    ['ct-muscle-bone', 'Muscle and bone'], ['ct-radiograph', 'Radiograph'],
  ],
  MR: [['mr-default', 'MR'], ['mr-angio', 'Angiography'], ['grey', 'Grey']],
};

export const presetsFor = (content: SeriesContent): [string, string][] => volumePresets[content.modality] ?? [['grey', 'Grey']];

// Those of the modality, then those of the image itself.
export function windowsFor(content: SeriesContent): NamedWindow[] {
  if (content.isColour) return [];
  const own = content.windows.map(({ window, explanation }, index) => ({
    name: explanation || (index === 0 ? 'As stored' : `As stored ${index + 1}`),
    window: { center: window.center ?? 0, width: window.width ?? 1 },
  }));
  return [...(content.modality === 'CT' ? ct : []), ...own].slice(0, 9);
}
