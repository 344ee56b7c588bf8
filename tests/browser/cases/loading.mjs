// A volume that the archive gives slowly: a bar, a first picture of few slices, then the picture itself.

import assert from 'node:assert/strict';
import { ctVolume, pictureUrl } from '../ct_volume.mjs';
import { assertShows, boxOf, openStudy, pane, settled, texts } from '../page.mjs';

export default async function loading({ page, base, ask }) {
  await openStudy(page, base, 'DEMO, CT');
  const ct = await ctVolume(page, base);
  const view = pane(page);
  const bar = view.locator('.status progress');
  assert.equal(await bar.count(), 0);
  await page.keyboard.press('n');
  await view.locator('svg text', { hasText: 'few slices' }).waitFor();
  await ask('hold');
  await bar.waitFor();
  await page.waitForTimeout(500);  // What was on its way has arrived.
  const share = await bar.evaluate((element) => element.value);
  assert.ok(share > 0 && share < 1, `${share}`);
  assert.match(await view.locator('.status[role="status"]').textContent(), /^Loading the volume … \d+ %$/);
  assert.match(await bar.getAttribute('aria-label'), /Loading the volume/);
  assert.equal(await view.getAttribute('aria-busy'), 'true');
  const brightest = await view.evaluate((element) => {
    const canvas = element.shadowRoot.querySelector('canvas');
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.reduce((most, value, at) => (at % 4 < 3 ? Math.max(most, value) : most), 0);
  });
  assert.ok(brightest > 100, `the first picture is dark: ${brightest}`);

  await ask('release');
  await page.waitForFunction(([element, before]) => element.shadowRoot.querySelector('.status progress')?.value > before, [await view.elementHandle(), share]);
  await settled(page);
  assert.equal(await bar.count(), 0);
  assert.ok(!(await texts(view)).includes('few slices'));
  await page.keyboard.press('o');
  await page.evaluate(() => document.querySelector('vitrine-app').shadowRoot.querySelector('vitrine-viewer').updateComplete);
  const box = await boxOf(view);
  const scale = await view.evaluate((element) => element.screen().scale);
  const fit = `vitrine-fov=${(Math.max(box.width, box.height) / scale).toFixed(4)}`;
  await assertShows(page, view, await pictureUrl(page, ct, 'rendered3d', view, `${fit}&orientation=a`));
}
