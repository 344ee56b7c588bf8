// Three linked planes: each as the service renders it, a crosshair that moves the others, an oblique plane, a slab.

import assert from 'node:assert/strict';
import { ctVolume, pictureUrl } from '../ct_volume.mjs';
import { assertShows, boxOf, drag, openStudy, pane, settled, texts, viewerProperty } from '../page.mjs';

// The crosshair's place, from the link.
const focus = async (page) => (await viewerProperty(page, 'link')).split(';')[0].split('~')[2].split(',').map(Number);

// The crosshair lies over the pictures; it may not be in the way of a comparison.
const hideOverlays = (page) => page.locator('vitrine-viewer').evaluate((viewer) =>
  viewer.shadowRoot.querySelectorAll('vitrine-pane').forEach((view) => { view.shadowRoot.querySelector('svg').style.visibility = 'hidden'; }));

export default async function planes({ page, base, size }) {
  await openStudy(page, base, 'DEMO, CT');
  const volume = await ctVolume(page, base);
  const [axial, coronal, sagittal] = [0, 1, 2].map((index) => pane(page, index));
  // `across` and `down`: the axes of the volume along the picture's sides, which just fit.
  const shows = async (view, [across, down], query) => {
    const { width, height } = await boxOf(view);
    const fieldOfView = Math.max(width, height) * Math.max(volume.size[across] / width, volume.size[down] / height);
    await assertShows(page, view, await pictureUrl(page, volume, 'renderedmpr', view, `${query}&vitrine-fov=${fieldOfView.toFixed(4)}`));
  };

  await page.keyboard.press('m');
  await settled(page);
  assert.equal(await page.locator('vitrine-pane:visible').count(), 3);
  for (const [view, letters] of [[axial, 'APRL'], [coronal, 'HFRL'], [sagittal, 'HFAP']]) {
    const shown = await texts(view);
    for (const letter of letters) assert.ok(shown.includes(letter), `${letter} of ${letters}`);
  }
  await hideOverlays(page);
  await shows(axial, [0, 1], 'orientation=f');
  await shows(coronal, [0, 2], 'orientation=a');
  await shows(sagittal, [1, 2], 'orientation=l');
  if (size === 'phone') return;

  const box = await boxOf(axial);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const mmPerPixel = Math.max(volume.size[0] / box.width, volume.size[1] / box.height);
  await drag(page, [x, y], [x + 60, y + 30]);
  await settled(page);
  const moved = await focus(page);
  const wanted = [volume.middle[0] + 60 * mmPerPixel, volume.middle[1] + 30 * mmPerPixel, volume.middle[2]];
  wanted.forEach((value, axis) => assert.ok(Math.abs(moved[axis] - value) < mmPerPixel, `${moved} instead of ${wanted}`));
  await shows(coronal, [0, 2], `viewpointlookat=${volume.middle[0]},${moved[1]},${volume.middle[2]}`);
  await shows(sagittal, [1, 2], `viewpointlookat=${moved[0]},${volume.middle[1]},${volume.middle[2]}&viewpointposition=${moved[0] + 500},${volume.middle[1]},${volume.middle[2]}`);

  // The coronal plane's line, 30 degrees clockwise on the screen: the plane is looked at from the right a little.
  await page.keyboard.press('x');
  await settled(page);
  const [far, angle] = [box.width / 2 - 40, Math.PI / 6];
  await drag(page, [x + far, y], [x + far * Math.cos(angle), y + far * Math.sin(angle)], { steps: 12 });
  await settled(page);
  const [a, b, c] = volume.middle.map((value) => +value.toFixed(4));
  await shows(coronal, [0, 2], `viewpointlookat=${a},${b},${c}&viewpointposition=${(a + 500 * Math.sin(angle)).toFixed(4)},${(b - 500 * Math.cos(angle)).toFixed(4)},${c}`);

  await page.keyboard.press('x');
  await page.getByLabel('Slab').fill('30');
  await page.getByLabel('Mode').selectOption('MAXIMUM_INTENSITY');
  await settled(page);
  assert.ok((await texts(coronal)).includes('30 mm MIP'));
  await shows(axial, [0, 1], 'orientation=f&mprslab=30&renderingmethod=maximum_ip');
}
