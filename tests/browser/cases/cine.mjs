// Cine plays at the object's own rate, whatever the pictures take, and stops. The service sets the pace: one update, many
// pictures.

import assert from 'node:assert/strict';
import { openStudy, pane, settled, texts } from '../page.mjs';

const frame = async (view) => Number(/(\d+) \/ \d+/.exec((await texts(view)).join('|'))[1]);

export default async function cine({ page, base }) {
  const updates = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => updates.push(JSON.parse(payload))));
  await openStudy(page, base, 'DEMO, US');
  const view = pane(page);
  const { frames, rate } = await view.evaluate((element) => ({ frames: element.content().pictures.length, rate: 1000 / element.content().frameTimeMs }));
  assert.ok(frames > 10 && rate > 5, `${frames} frames at ${rate}`);
  const before = await frame(view);
  await page.keyboard.press(' ');
  // The frames that the hand of the clock has passed, from the first picture's change on.
  const passed = await view.evaluate(async (element, [count]) => {
    const first = element.pane().index;
    for (let i = 0; i < 500 && element.pane().index === first; i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
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
  const playing = updates.filter(({ cine }) => cine);
  assert.deepEqual(playing.map(({ cine }) => cine), [{}]);
  assert.equal(updates.at(-1), playing[0]);

  // Another pace: the cine goes on from where it is.
  await page.getByRole('button', { name: 'Faster' }).click();
  await page.waitForTimeout(300);
  assert.ok(updates.at(-1).cine.rate > rate, JSON.stringify(updates.at(-1).cine));
  await view.focus();  // On a button, Space is the button's.
  await page.keyboard.press(' ');
  await settled(page);
  const stopped = await frame(view);
  await page.waitForTimeout(300);
  assert.equal(await frame(view), stopped);
  assert.ok(before >= 1);
  assert.equal(updates.at(-1).cine, undefined);
  assert.equal(updates.at(-1).view.frame.frameNumber, stopped);

  // A stack: its images, ten a second, until the hand takes it.
  await page.goto(base);
  await openStudy(page, base, 'DEMO, CT');
  const stack = pane(page);
  const start = await frame(stack);
  updates.length = 0;
  await page.keyboard.press(' ');
  await page.waitForFunction(([element, first]) => element.pane().index >= first + 5, [await stack.elementHandle(), start]);
  assert.equal(updates.length, 1);
  assert.equal(updates[0].cine.instances.sopInstanceUids.length, 105);
  await page.keyboard.press('PageUp');
  await page.waitForTimeout(300);
  assert.equal(updates.length, 2);
  await page.keyboard.press(' ');
  await settled(page);
  const end = await frame(stack);
  await page.waitForTimeout(300);
  assert.equal(await frame(stack), end);
}
