// OHIF 2: the study list, thumbnails, virtual slabs and the virtual turn.

import { join } from 'node:path';

export default async function visit({ page, base, study, found, value, imageAt, path, assertShows, folder }) {
  // A script of the page that only old browsers need; its host no longer belongs to those who wrote it.
  await page.route('https://polyfill.io/**', (route) => route.abort());
  await page.goto(base);
  await page.getByText('DEMO-CT').first().waitFor();
  await page.screenshot({ path: join(folder, 'ohif2-list.png') });

  await page.goto(`${base}viewer/${study}`);
  const thumbnails = page.locator('.thumbnail');
  await thumbnails.nth(4).waitFor();
  // Pictures take the place of every sign of loading.
  await page.waitForFunction(() => document.querySelectorAll('.image-thumbnail-canvas').length >= 5 && !document.querySelector('.image-thumbnail-loading-indicator'));
  for (const [name, series] of [['slabs', found.slabs], ['turn', found.turn]]) {
    await thumbnails.filter({ hasText: value(series, '0008103E').slice(0, 8) }).first().dblclick();
    // A series opens at its first image, and the overlay says which series it is.
    await page.getByText(`Ser: ${value(series, '00200011')}`).first().waitFor();
    await assertShows('.cornerstone-canvas', path(series, await imageAt(series, 0)), name);
  }
}
