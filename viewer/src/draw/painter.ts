// The picture on the canvas: placed through the sheet, so that an older picture moves with the hand until its successor
// arrives.

import type { Rectangle, Screen } from '../model/screen';

export interface PlacedPicture { image: CanvasImageSource & { width: number; height: number }; place: Rectangle }

// Device pixels of the picture's upper left corner where it fits the screen pixel by pixel, so that nothing is resampled.
function exactCorner({ image, place }: PlacedPicture, screen: Screen, ratio: number, isPlain: boolean): [number, number] | undefined {
  if (!isPlain) return undefined;
  const width = place.width * screen.scale * ratio;
  const height = place.height * screen.scale * ratio;
  if (Math.abs(width - image.width) > 1.5 || Math.abs(height - image.height) > 1.5) return undefined;
  const [x, y] = screen.toScreen([place.left, place.top]);
  return [Math.round(x * ratio), Math.round(y * ratio)];
}

// isPlain: neither turned nor mirrored. ratio: device pixels of a CSS pixel.
export function paint(context: CanvasRenderingContext2D, picture: PlacedPicture | undefined, screen: Screen, ratio: number, isPlain: boolean): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = '#000';
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  if (!picture) return;
  const exact = exactCorner(picture, screen, ratio, isPlain);
  if (exact) {
    context.drawImage(picture.image, ...exact);
    return;
  }
  const [a, b, c, d, x, y] = screen.matrix();
  context.imageSmoothingQuality = 'high';
  context.setTransform(a * ratio, b * ratio, c * ratio, d * ratio, x * ratio, y * ratio);
  const { left, top, width, height } = picture.place;
  context.drawImage(picture.image, left, top, width, height);
}
