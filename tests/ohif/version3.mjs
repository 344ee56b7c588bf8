// OHIF 3: the study list, thumbnails, virtual planes and the virtual turn.

import assert from 'node:assert/strict';
import { join } from 'node:path';

export default async function visit({ page, base, study, found, value, imageAt, path, assertShows, folder }) {
  await page.goto(base);
  for (const name of ['DEMO, CT', 'DEMO, MR', 'DEMO, US', 'DEMO, DX']) await page.getByText(name).first().waitFor();
  await page.screenshot({ path: join(folder, 'ohif3-list.png') });

  await page.goto(`${base}viewer?StudyInstanceUIDs=${study}`);
  const thumbnails = page.locator('[data-cy^="study-browser-thumbnail"]');
  await thumbnails.nth(4).waitFor();
  // The tour of a first visit dims the page.
  await page.getByText('Skip all').click();
  await page.waitForFunction(() => {
    const images = [...document.querySelectorAll('[data-cy^="study-browser-thumbnail"] img')];
    return images.length === 5 && images.every((image) => image.naturalWidth > 0);
  });

  for (const [name, series] of [['planes', found.planes], ['turn', found.turn]]) {
    const [uid, image] = [value(series, '0020000E'), await imageAt(series, 0.5)];
    await page.goto(`${base}viewer?StudyInstanceUIDs=${study}&initialSeriesInstanceUID=${uid}&initialSOPInstanceUID=${image}`);
    // The overlay names the series once it is shown.
    await page.locator('[data-cy="viewport-pane"]').getByText(value(series, '0008103E')).first().waitFor();
    await assertShows('.cornerstone-canvas', path(series, image), name);
  }
}
