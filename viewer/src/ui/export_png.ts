// The view of a viewport as a PNG file: the picture without loss, with its overlay drawn in.

import type { PaneState } from '../model/pane_state';
import { paint } from '../draw/painter';
import type { Scene } from '../model/scene';
import type { Screen } from '../model/screen';
import type { SeriesContent } from '../model/series_content';
import type { ViewerModel } from '../model/viewer_model';
import { wishOf } from '../model/wish_of';
import { viewUrl } from '../core/view_url';

async function overlayImage(overlay: SVGElement, screen: Screen, ratio: number): Promise<HTMLImageElement> {
  const copy = overlay.cloneNode(true) as SVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('viewBox', `0 0 ${screen.width} ${screen.height}`);
  copy.setAttribute('width', String(screen.width * ratio));
  copy.setAttribute('height', String(screen.height * ratio));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

export async function exportPng(model: ViewerModel, pane: PaneState, content: SeriesContent, scene: Scene, screen: Screen,
                                overlay: SVGElement): Promise<Blob> {
  const { service } = model;
  const ratio = Math.max(1, devicePixelRatio);
  const wish = wishOf(pane, content, scene, screen, ratio, service.target(model.studyUid, pane.series), true);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(screen.width * ratio);
  canvas.height = Math.round(screen.height * ratio);
  const context = canvas.getContext('2d', { alpha: false })!;
  if (wish) {
    const response = await service.fetch(viewUrl(service.configuration.dicomWeb, wish.view, wish.output), { headers: { Accept: 'image/png' } });
    const isPlain = pane.roll === 0 && !pane.flipHorizontal && !pane.flipVertical;
    paint(context, { image: await createImageBitmap(await response.blob()), place: wish.place }, screen, ratio, isPlain);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(await overlayImage(overlay, screen, ratio), 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture cannot be written.')))));
}
