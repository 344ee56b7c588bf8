// Two viewers on a page of another origin, whose styles would spoil everything: nothing leaks in or out, pictures come, events
// arrive, and no stream is left when the elements go.

import assert from 'node:assert/strict';
import { assertShows, settled } from '../page.mjs';

export default async function embedded({ page, base, options, ask }) {
  const open = new Set();
  page.on('websocket', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await page.goto(options.host);
  await page.waitForFunction(() => window.ready === 1);
  await settled(page);
  assert.deepEqual(await page.evaluate(() => window.errors), []);

  const first = page.locator('#first');
  const style = await first.evaluate((viewer) => {
    const { display, position, opacity, letterSpacing } = getComputedStyle(viewer);
    const button = viewer.shadowRoot.querySelector('button');
    const inner = getComputedStyle(button);
    return { display, position, opacity, letterSpacing, buttonTransform: inner.textTransform, buttonFont: inner.fontSize, button: button.offsetWidth > 0 };
  });
  assert.deepEqual(style, { display: 'grid', position: 'relative', opacity: '1', letterSpacing: 'normal', buttonTransform: 'none', buttonFont: style.buttonFont, button: true });
  assert.ok(parseFloat(style.buttonFont) < 15, style.buttonFont);
  // And the page's own things are as it wants them.
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).letterSpacing), '9px');

  const second = page.locator('#second vitrine-viewer');
  assert.equal(await second.locator('vitrine-pane').count(), 3);
  const pane = first.locator('vitrine-pane');
  await first.press('o');
  const url = await pane.evaluate((element, root) => {
    const { instance } = element.content().pictures[element.pane().index];
    const { width, height } = element.shadowRoot.querySelector('canvas');
    return `${root}dicom-web/studies/${element.model.studyUid}/series/${element.pane().series}/instances/${instance.sopInstanceUid}/rendered?viewport=${width},${height}`;
  }, base);
  await assertShows(page, pane, url);

  const link = await first.evaluate(async (viewer) => {
    const changed = new Promise((resolve) => viewer.addEventListener('vitrine-viewchange', (event) => resolve(event.detail.link), { once: true }));
    viewer.preset(3);
    return changed;
  });
  assert.match(link, /w:500,2000/);
  assert.ok(await first.evaluate((viewer, text) => viewer.restore(text) && viewer.link === text, link));

  assert.equal(open.size, 4);
  await first.evaluate((viewer) => viewer.destroy());
  await page.evaluate(() => document.querySelector('#second vitrine-viewer').remove());
  await page.waitForTimeout(500);
  assert.equal(open.size, 0);
  assert.equal(await first.locator('vitrine-pane').count(), 0);
  assert.equal(await ask('streams'), '0');
}

embedded.expectsForeign = true;
