// A stack as the service plays it.

import type { Cine, View } from '../core/messages';
import type { SeriesContent } from './series_content';

const mostInstances = 1500;   // Of one update, which may not be too long.

// From a picture of the stack on: the frames of its instance or, where that has only one, the single images of its size.
// rate: pictures a second, 0: the object's own.
export function cineOf({ pictures }: SeriesContent, index: number, rate: number): Cine {
  const pace = rate > 0 ? { rate } : {};
  const { instance } = pictures[index]!;
  if ((instance.numberOfFrames ?? 1) > 1) return pace;
  const first = Math.max(0, Math.min(index - mostInstances / 2, pictures.length - mostInstances));
  const alike = pictures.slice(first, first + mostInstances).map((picture) => picture.instance)
    .filter((other) => (other.numberOfFrames ?? 1) === 1 && other.rows === instance.rows && other.columns === instance.columns);
  return { instances: { sopInstanceUids: alike.map(({ sopInstanceUid }) => sopInstanceUid) }, ...pace };
}

// The place in the stack of the frame that a view shows; undefined where it is not there.
export function indexOf({ pictures }: SeriesContent, { target, frame }: View): number | undefined {
  const index = pictures.findIndex((picture) => picture.instance.sopInstanceUid === target.sopInstanceUid && picture.frame === (frame?.frameNumber ?? 1));
  return index < 0 ? undefined : index;
}
