// Usage: node screenshots.mjs URL FOLDER: the pictures of docs/, from a service on the demonstration archive.

import { join } from 'node:path';
import { boxOf, drag, openPage, openStudy, pane, settled } from './page.mjs';

const [base, folder] = process.argv.slice(2);

async function shoot(size, name, prepare) {
  const { browser, page } = await openPage(base, size);
  await prepare(page);
  await settled(page);
  await page.mouse.move(2, 2);
  await page.screenshot({ path: join(folder, name) });
  await browser.close();
}

await shoot('desktop', 'viewer.png', async (page) => {
  await openStudy(page, base, 'DEMO, CT');
  await page.keyboard.press('m');
  await settled(page);
  await page.getByLabel('Layout').click();
  await page.getByText('Three planes and 3D').click();
  await settled(page);
  const box = await boxOf(pane(page, 0));
  const unit = Math.min(box.width, box.height) / 700;
  const at = (x, y) => [box.x + box.width / 2 + x * unit, box.y + box.height / 2 + y * unit];
  await drag(page, at(0, 0), at(55, -55));
});

await shoot('phone', 'viewer-phone.png', async (page) => {
  await openStudy(page, base, 'DEMO, CT');
  await page.keyboard.press('m');
});

await shoot('phone', 'viewer-phone-3d.png', async (page) => {
  await openStudy(page, base, 'DEMO, MR');
  await page.keyboard.press('n');
  await settled(page);
  await page.locator('vitrine-viewer').evaluate((viewer) => viewer.model.turn(0, -0.6, 0.1, false));
});
