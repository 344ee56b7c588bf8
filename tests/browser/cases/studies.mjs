// The list: every study of the archive, search by name, identifier, modality and date, no match, the way in and back.

import assert from 'node:assert/strict';
import { settled } from '../page.mjs';

export default async function studies({ page, base }) {
  await page.goto(base);
  const rows = page.locator('.studies a');
  await rows.nth(3).waitFor();
  assert.equal(await rows.count(), 4);
  assert.deepEqual((await page.locator('.studies .name').allTextContents()).sort(), ['DEMO, CT', 'DEMO, DX', 'DEMO, MR', 'DEMO, US']);

  const shows = async (names) => {
    await page.waitForFunction((wanted) => {
      const list = document.querySelector('vitrine-app')?.shadowRoot?.querySelector('vitrine-study-list')?.shadowRoot;
      return list?.querySelector('main')?.getAttribute('aria-busy') === 'false' && [...list.querySelectorAll('.name')].map((name) => name.textContent).join() === wanted;
    }, names.join());
  };
  await page.getByLabel('Patient name').fill('demo^m');
  await shows(['DEMO, MR']);
  assert.match(page.url(), /#\/\?name=demo/);
  await page.getByLabel('Patient name').fill('nobody');
  await page.getByText('No study matches.').waitFor();
  await page.getByLabel('Patient name').fill('');
  await page.getByLabel('Patient ID').fill('DEMO-US');
  await shows(['DEMO, US']);
  await page.getByLabel('Patient ID').fill('');
  await page.getByLabel('Modality').selectOption('CT');
  await shows(['DEMO, CT']);
  await page.getByLabel('Modality').selectOption('');
  await page.getByLabel('From').fill('2026-01-07');
  await page.getByLabel('To').fill('2026-01-07');
  await shows(['DEMO, US']);

  await rows.first().click();
  await settled(page);
  assert.match(page.url(), /#\/study\/[0-9.]+\?1x1/);
  await page.getByLabel('Back to the studies').click();
  await shows(['DEMO, US']);

  // The browser's own way back leads into the study.
  await page.goBack();
  await settled(page);
  assert.match(page.url(), /#\/study\/[0-9.]+\?1x1/);
  const address = page.url();
  await page.keyboard.press('i');
  await page.waitForFunction((before) => location.href !== before, address);
  await page.goForward();
  await shows(['DEMO, US']);
  await page.reload();
  await shows(['DEMO, US']);

  // A busy page leaves the study although its address is about to follow the view.
  await rows.first().click();
  await settled(page);
  await page.evaluate(() => {
    setTimeout(() => { location.hash = '#/'; }, 250);
    const viewer = document.querySelector('vitrine-app').shadowRoot.querySelector('vitrine-viewer');
    viewer.dispatchEvent(new CustomEvent('vitrine-viewchange', { bubbles: true, composed: true, detail: { link: viewer.link } }));
    for (const start = performance.now(); performance.now() - start < 1000;);
  });
  await shows(['DEMO, DX', 'DEMO, US', 'DEMO, MR', 'DEMO, CT']);
}
