// How viewports share the room.

export type Layout = '1x1' | '1x2' | '2x1' | '2x2' | 'mpr' | 'mpr3d';

export const layoutNames: Record<Layout, string> = {
  '1x1': 'One',
  '1x2': 'Two side by side',
  '2x1': 'Two above each other',
  '2x2': 'Four',
  mpr: 'Three planes',
  mpr3d: 'Three planes and 3D',
};

export const paneCount: Record<Layout, number> = { '1x1': 1, '1x2': 2, '2x1': 2, '2x2': 4, mpr: 3, mpr3d: 4 };

export const isLayout = (name: string): name is Layout => name in paneCount;
export const isLinked = (layout: Layout): boolean => layout === 'mpr' || layout === 'mpr3d';
