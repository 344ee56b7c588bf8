// The page is installable, opens without a network, and keeps nothing but itself on the disk.

import assert from 'node:assert/strict';
import { openStudy } from '../page.mjs';

export default async function installed({ page, context, base }) {
  await openStudy(page, base, 'DEMO, CT');
  const devtools = await context.newCDPSession(page);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // Pages of tests are private ones, which never are.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
  const { data, errors } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  assert.equal(JSON.parse(data).display, 'standalone');

  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname).sort();
  });
  assert.deepEqual(kept, ['/', '/app-config.js', '/app.js', '/icon-192.png', '/icon-512.png', '/icon.svg', '/manifest.webmanifest', '/page.css']);

  await context.setOffline(true);
  await page.goto(`${base}#/`);
  await page.reload();
  await page.getByText('The image service cannot be reached.').waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.studies a').nth(3).waitFor();
}
