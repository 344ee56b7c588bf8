// Length, angle, rectangle, ellipse and point value: what the labels say, against what the test around computes from the file.

import assert from 'node:assert/strict';
import { boxOf, openStudy, pane, viewerProperty } from '../page.mjs';

// Points of the last measurement in the link: pixels of the image.
async function lastShape(page) {
  const shapes = /~o:([^~;]+)/.exec(await viewerProperty(page, 'link'))[1].split('!');
  return shapes[shapes.length - 1].split('_').slice(1).map((point) => point.split(',').slice(0, 2).map(Number));
}

export default async function measure({ page, base, ask }) {
  await openStudy(page, base, 'CompressedSamples');
  const view = pane(page);
  const box = await boxOf(view);
  const scale = Math.min(box.width, box.height) / 128;
  const at = ([x, y]) => [Math.round(box.x + box.width / 2 + (x - 64) * scale), Math.round(box.y + box.height / 2 + (y - 64) * scale)];
  const draw = async (key, ...points) => {
    await page.keyboard.press(key);
    const [first, second, third] = points.map(at);
    await page.mouse.move(...first);
    await page.mouse.down();
    if (second) await page.mouse.move(...second, { steps: 4 });
    await page.mouse.up();
    if (third) {
      await page.mouse.move(...third, { steps: 4 });
      await page.mouse.down();
      await page.mouse.up();
    }
    return lastShape(page);
  };
  const says = async (pattern) => {
    await page.waitForFunction(([source]) => {
      const element = document.querySelector('vitrine-app').shadowRoot.querySelector('vitrine-viewer').activePane;
      return new RegExp(source).test([...element.shadowRoot.querySelectorAll('svg text')].map((text) => text.textContent).join('|'));
    }, [pattern]);
    const words = (await view.locator('svg text').allTextContents()).join('|');
    return new RegExp(pattern).exec(words).slice(1).map(Number);
  };
  const clear = () => page.keyboard.press('Delete');
  const near = (value, wanted, most) => assert.ok(Math.abs(value - wanted) <= most, `${value} instead of ${wanted}`);
  const expected = async (what, points) => JSON.parse(await ask(`${what} ${points.flat().join(' ')}`));

  let points = await draw('l', [30, 30], [90, 70]);
  near(points[0][0], 30, 0.5);
  near(points[1][1], 70, 0.5);
  near((await says('([\\d.]+) mm\\|?'))[0], await expected('length', points), 0.1);
  await clear();

  points = await draw('a', [30, 30], [64, 64], [100, 40]);
  assert.equal(points.length, 3);
  near((await says('([\\d.]+)°'))[0], await expected('angle', points), 0.1);
  await clear();

  for (const [key, what] of [['b', 'rectangle'], ['e', 'ellipse']]) {
    points = await draw(key, [40, 36], [82, 90]);
    const wanted = await expected(what, points);
    near((await says('mean (-?[\\d.]+) HU'))[0], wanted.mean, 0.51);
    near((await says('sd ([\\d.]+)'))[0], wanted.sd, 0.51);
    assert.deepEqual(await says('min (-?\\d+).*max (-?\\d+)'), [wanted.minimum, wanted.maximum]);
    near((await says('([\\d.]+) cm²'))[0], wanted.area / 100, 0.06);
    await clear();
  }

  points = await draw('y', [70, 50]);
  near((await says('(-?[\\d.]+) HU'))[0], await expected('value', points), 0);
  // A handle moves, and the value with it.
  await page.mouse.move(...at([70, 50]));
  await page.mouse.down();
  await page.mouse.move(...at([20, 100]), { steps: 4 });
  await page.mouse.up();
  await page.waitForTimeout(300);
  points = await lastShape(page);
  near(points[0][0], 20, 0.5);
  near((await says('(-?[\\d.]+) HU'))[0], await expected('value', points), 0);
}
