// Fingers: one leafs through the stack, two enlarge and move; the series strip and the tools fit a phone.

import assert from 'node:assert/strict';
import { middleOf, openStudy, pane, settled, texts } from '../page.mjs';

export default async function touch({ page, context, base }) {
  await openStudy(page, base, 'DEMO, CT');
  const view = pane(page);
  const [x, y] = await middleOf(view);
  const devtools = await context.newCDPSession(page);
  const fingers = (type, ...points) => devtools.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })) });

  await fingers('touchStart', [x, y]);
  for (let step = 1; step <= 8; step += 1) await fingers('touchMove', [x, y + step * 5]);
  await fingers('touchEnd');
  await settled(page);
  const image = Number(/(\d+) \/ 105/.exec((await texts(view)).join('|'))[1]);
  assert.ok(image > 55 && image < 75, `${image}`);

  await fingers('touchStart', [x - 40, y], [x + 40, y]);
  for (let step = 1; step <= 8; step += 1) await fingers('touchMove', [x - 40 - step * 5, y], [x + 40 + step * 5, y]);
  await fingers('touchEnd');
  await settled(page);
  const { zoom, pan, index } = await view.evaluate((element) => element.pane());
  assert.ok(Math.abs(zoom - 2) < 0.1, `${zoom}`);
  assert.ok(Math.hypot(...pan) < 5, `${pan}`);
  assert.equal(index + 1, image);

  // Nothing is wider than the screen, and what can be pressed is large enough for a finger.
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const small = await page.locator('.tools .tool:visible').evaluateAll((buttons) => buttons.filter((button) => Math.min(button.offsetWidth, button.offsetHeight) < 36).length);
  assert.equal(small, 0);
}
