// A stream that the service ends for want of updates: nothing is said, and the next movement opens another one.

import assert from 'node:assert/strict';
import { openStudy, pane, settled, texts } from '../page.mjs';

export default async function asleep({ page, base }) {
  const closed = [];
  page.on('websocket', (socket) => socket.on('close', () => closed.push(socket)));
  await openStudy(page, base, 'DEMO, CT');
  const deadline = Date.now() + 15_000;
  while (closed.length === 0) {
    assert.ok(Date.now() < deadline, 'the stream stays');
    await page.waitForTimeout(100);
  }
  assert.equal(await page.getByText('Connection lost').count(), 0);
  await page.keyboard.press('ArrowDown');
  await settled(page);
  assert.ok((await texts(pane(page))).includes('54 / 105'));
  assert.equal((await pane(page).evaluate((element) => element.figures().transport)), 'stream');
}
