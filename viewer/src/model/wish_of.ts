// A viewport's state as the view to ask for, and the place of the answer on the sheet.

import type { Camera, Output, Target, View } from '../core/messages';
import { add, scale, subtract, type Vec3 } from '../core/vector';
import type { PaneState } from './pane_state';
import { pixelSize, type Scene } from './scene';
import type { Rectangle, Screen } from './screen';
import { smallestSpacing, toVector3, type SeriesContent } from './series_content';

const largestSide = 2048;      // Pixels of a picture.
const largestRatio = 2;        // More device pixels in a CSS pixel than that nobody sees.
const cameraDistance = 1000;   // mm; only the direction matters.

export interface PlacedWish {
  view: View;
  output: Output;
  place: Rectangle;
}

function outputFor(place: Rectangle, pixelsPerUnit: number, lossless: boolean): Output {
  const width = place.width * pixelsPerUnit;
  const height = place.height * pixelsPerUnit;
  const shrink = Math.min(1, largestSide / Math.max(width, height));
  return {
    format: lossless ? 'PNG' : 'JPEG',
    width: Math.max(1, Math.round(width * shrink)),
    height: Math.max(1, Math.round(height * shrink)),
  };
}

// The visible part of the image in whole pixels; undefined where nothing of it is visible.
function visiblePixels(scene: Scene, screen: Screen, columns: number, rows: number): Rectangle | undefined {
  const area = screen.visible();
  const [left, top] = scene.toImage([area.left, area.top]);
  const [right, bottom] = scene.toImage([area.left + area.width, area.top + area.height]);
  const x0 = Math.max(0, Math.floor(left));
  const y0 = Math.max(0, Math.floor(top));
  const x1 = Math.min(columns, Math.ceil(right));
  const y1 = Math.min(rows, Math.ceil(bottom));
  return x1 > x0 && y1 > y0 ? { left: x0, top: y0, width: x1 - x0, height: y1 - y0 } : undefined;
}

function frameWish(pane: PaneState, content: SeriesContent, scene: Scene, screen: Screen, ratio: number, target: Target,
                   lossless: boolean): PlacedWish | undefined {
  const { instance, frame } = content.pictures[pane.index]!;
  const columns = instance.columns ?? 1;
  const rows = instance.rows ?? 1;
  const region = visiblePixels(scene, screen, columns, rows);
  if (!region) return undefined;
  const [left, top] = scene.fromImage([region.left, region.top, 0]);
  const [width, height] = pixelSize(instance);
  const isWhole = region.width === columns && region.height === rows;
  // The picture's pixels are as square as the source's; where those are not, the canvas stretches it.
  const pixels = { left: 0, top: 0, width: region.width, height: region.height };
  const view: View = {
    target: { ...target, sopInstanceUid: instance.sopInstanceUid },
    frame: { frameNumber: frame, ...(!isWhole && { sourceRegion: region }), ...(pane.invert && { invert: true }) },
    ...(pane.window && !content.isColour && { window: pane.window }),
  };
  return {
    view,
    output: outputFor(pixels, screen.scale * Math.max(width, height) * ratio, lossless),
    place: { left, top, width: region.width * width, height: region.height * height },
  };
}

function cameraFor(pane: PaneState, centre: Vec3, fieldOfViewMm: number): Camera {
  return {
    position: toVector3(subtract(centre, scale(pane.direction, cameraDistance))),
    lookAt: toVector3(centre),
    up: toVector3(pane.up),
    fieldOfViewMm,
  };
}

function volumeWish(pane: PaneState, content: SeriesContent, scene: Scene, screen: Screen, ratio: number, target: Target,
                    lossless: boolean): PlacedWish {
  const area = screen.visible();
  const output = outputFor(area, screen.scale * ratio, lossless);
  const millimetres = Math.max(area.width, area.height);
  const step = millimetres / Math.max(output.width, output.height);
  const middle = [area.left + area.width / 2, area.top + area.height / 2] as const;
  const camera = cameraFor(pane, scene.toImage(middle), millimetres);
  const width = output.width * step;
  const height = output.height * step;
  const input = content.volume!.input && { input: content.volume!.input };
  const isRendered = pane.kind === 'volume' && pane.projection === 'VOLUME_RENDERED';
  const isSlab = pane.slabMm > smallestSpacing(content.volume!);
  return {
    view: {
      target,
      ...(pane.kind === 'slice'
        ? { slice: { ...input, camera, ...(isSlab && { slabThicknessMm: pane.slabMm, projection: pane.projection }), ...(pane.invert && { invert: true }) } }
        : { volume: { ...input, camera, projection: pane.projection, ...(isRendered && pane.preset && { preset: pane.preset }) } }),
      ...(pane.window && !isRendered && { window: pane.window }),
    },
    output,
    place: { left: middle[0] - width / 2, top: middle[1] - height / 2, width, height },
  };
}

// devicePixelRatio of the screen; undefined where nothing is visible.
export function wishOf(pane: PaneState, content: SeriesContent, scene: Scene, screen: Screen, devicePixelRatio: number,
                       target: Target, lossless: boolean): PlacedWish | undefined {
  const ratio = Math.min(devicePixelRatio, largestRatio);
  if (pane.kind === 'frame') return frameWish(pane, content, scene, screen, ratio, target, lossless);
  return volumeWish(pane, content, scene, screen, ratio, target, lossless);
}

// The view in whose terms measurements are made: the plane or frame itself, whatever part of it is visible.
export function measuredView(pane: PaneState, content: SeriesContent, scene: Scene, target: Target): View {
  if (pane.kind === 'frame') {
    const { instance, frame } = content.pictures[pane.index]!;
    return { target: { ...target, sopInstanceUid: instance.sopInstanceUid }, frame: { frameNumber: frame } };
  }
  const camera = cameraFor(pane, add(scene.toImage([0, 0]), [0, 0, 0]), Math.max(...scene.size));
  const isSlab = pane.slabMm > smallestSpacing(content.volume!);
  return {
    target,
    slice: {
      ...(content.volume!.input && { input: content.volume!.input }),
      camera,
      ...(isSlab && { slabThicknessMm: pane.slabMm, projection: pane.projection }),
    },
  };
}
