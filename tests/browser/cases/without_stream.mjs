// Where a proxy lets no WebSocket pass: pictures by plain HTTP, and a window that begins with the image's range.

import assert from 'node:assert/strict';
import { drag, middleOf, openStudy, pane, settled, texts } from '../page.mjs';

export default async function withoutStream({ page, base, options }) {
  await page.addInitScript(() => {
    window.WebSocket = class {
      static OPEN = 1;
      constructor() { setTimeout(() => this.onclose({ code: 1006 })); }
      close() {}
    };
  });
  await openStudy(page, base, 'CompressedSamples');
  const view = pane(page);
  assert.equal(await view.evaluate((element) => element.figures().transport), 'http');
  const [x, y] = await middleOf(view);
  const measured = page.waitForResponse(/\/v1\/measure$/);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await measured;
  await page.waitForTimeout(100);
  await page.mouse.up();
  await drag(page, [x, y], [x + 100, y]);
  await settled(page);
  const [, width, center] = /W (\d+) {2}L (-?\d+)/.exec((await texts(view)).join('|')).map(Number);
  const [minimum, maximum] = [Number(options.minimum), Number(options.maximum)];
  assert.ok(Math.abs(width - 1.4 * (maximum - minimum)) < 2, `${width}`);
  assert.ok(Math.abs(center - (minimum + maximum) / 2) < 2, `${center}`);
}
