// Cine plays at the object's own rate, whatever the pictures take, and stops.

import assert from 'node:assert/strict';
import { openStudy, pane, settled, texts } from '../page.mjs';

const frame = async (view) => Number(/(\d+) \/ \d+/.exec((await texts(view)).join('|'))[1]);

export default async function cine({ page, base }) {
  await openStudy(page, base, 'DEMO, US');
  const view = pane(page);
  const { frames, rate } = await view.evaluate((element) => ({ frames: element.content().pictures.length, rate: 1000 / element.content().frameTimeMs }));
  assert.ok(frames > 10 && rate > 5, `${frames} frames at ${rate}`);
  const before = await frame(view);
  await page.keyboard.press(' ');
  // The frames that the hand of the clock has passed, from the first picture's change on.
  const passed = await view.evaluate(async (element, [count]) => {
    const start = performance.now();
    let last = element.pane().index;
    let steps = 0;
    let pictures = 0;
    element.addEventListener('vitrine-picture', () => (pictures += 1));
    while (performance.now() - start < 2000) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const now = element.pane().index;
      steps += (now - last + count) % count;
      last = now;
    }
    return { steps, pictures, seconds: (performance.now() - start) / 1000 };
  }, [frames]);
  assert.ok(Math.abs(passed.steps / passed.seconds - rate) < rate * 0.15 + 1, `${passed.steps} frames in ${passed.seconds} s instead of ${rate} a second`);
  assert.ok(passed.pictures > 5, `${passed.pictures} pictures`);
  await page.keyboard.press(' ');
  await settled(page);
  const stopped = await frame(view);
  await page.waitForTimeout(300);
  assert.equal(await frame(view), stopped);
  assert.ok(before >= 1);
}
