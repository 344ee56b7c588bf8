// Volume rendering: as the service renders it, turned by the hand, from the sides, by presets.

import assert from 'node:assert/strict';
import { ctVolume, pictureUrl } from '../ct_volume.mjs';
import { assertShows, boxOf, drag, middleOf, openStudy, pane, regionDifference, settled, texts } from '../page.mjs';

export default async function volume({ page, base, size }) {
  await openStudy(page, base, 'DEMO, CT');
  const ct = await ctVolume(page, base);
  const view = pane(page);
  await page.keyboard.press('n');
  await settled(page);
  assert.ok((await texts(view)).includes('Bone'));
  await page.keyboard.press('o');
  await page.evaluate(() => document.querySelector('vitrine-app').shadowRoot.querySelector('vitrine-viewer').updateComplete);

  // The scale is the viewer's own; the picture has to agree with it.
  const box = await boxOf(view);
  const scale = await view.evaluate((element) => element.screen().scale);
  const fit = `vitrine-fov=${(Math.max(box.width, box.height) / scale).toFixed(4)}`;
  const own = (query) => pictureUrl(page, ct, 'rendered3d', view, `${fit}&${query}`);
  await assertShows(page, view, await own('orientation=a'));
  await page.getByLabel('From the left').click();
  await settled(page);
  await assertShows(page, view, await own('orientation=l'));
  await page.getByLabel('Preset').selectOption('ct-soft-tissue');
  await settled(page);
  await assertShows(page, view, await own('orientation=l&vitrine-preset=ct-soft-tissue'));
  await page.keyboard.press('1');
  await page.getByLabel('Mode').selectOption('MAXIMUM_INTENSITY');
  await settled(page);
  await assertShows(page, view, await own('orientation=l&renderingmethod=maximum_ip'));
  if (size === 'phone') return;

  await page.getByLabel('Mode').selectOption('VOLUME_RENDERED');
  await page.getByLabel('From anterior').click();
  await settled(page);
  const [x, y] = await middleOf(view);
  await drag(page, [x, y], [x + 150, y], { steps: 12 });
  await settled(page);
  // The front has gone to the right: by so much that the camera stands to the patient's right.
  const { difference } = await regionDifference(page, view, await own('orientation=a'));
  assert.ok(difference > 5, 'nothing has turned');
  const camera = await view.evaluate((element) => element.pane().direction);
  assert.ok(camera[0] > 0.5 && camera[1] > 0.1 && Math.abs(camera[2]) < 1e-6, `${camera}`);
}
