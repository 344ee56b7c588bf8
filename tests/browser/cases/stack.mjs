// A stack: the service's own picture, scrolling, windows, zoom, the link that comes back.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { assertShows, boxOf, drag, middleOf, openStudy, pane, settled, texts } from '../page.mjs';

// The picture that the service renders of the image with this number, as large as it fits.
async function ownPicture(page, base, number, box, query = '') {
  const ratio = await page.evaluate(() => devicePixelRatio);
  const uids = await page.evaluate(async ([root, instance]) => {
    const found = await (await fetch(`${root}dicom-web/instances?Modality=CT&InstanceNumber=${instance}`, { headers: { Accept: 'application/dicom+json' } })).json();
    return ['0020000D', '0020000E', '00080018'].map((tag) => found[0][tag].Value[0]);
  }, [base, number]);
  const size = `${Math.round(box.width * ratio)},${Math.round(box.height * ratio)}`;
  return `${base}dicom-web/studies/${uids[0]}/series/${uids[1]}/instances/${uids[2]}/rendered?viewport=${size}${query}`;
}

export default async function stack({ page, base, size }) {
  await openStudy(page, base, 'DEMO, CT');
  const view = pane(page);
  const box = await boxOf(view);
  const [x, y] = await middleOf(view);
  const words = async () => (await texts(view)).join('|');
  const imageNumber = async () => Number(/(\d+) \/ 105/.exec(await words())[1]);
  assert.equal(await imageNumber(), 53);

  // The phantom lies on its back with the head away: right is the patient's left.
  const shown = await texts(view);
  for (const text of ['DEMO, CT', 'A', 'P', 'R', 'L', 'W 400  L 40']) assert.ok(shown.includes(text) || size === 'phone' && text === 'DEMO, CT', text);

  await page.mouse.move(x, y);
  await page.mouse.wheel(0, 120);
  await page.mouse.wheel(0, 120);
  await settled(page);
  assert.equal(await imageNumber(), 55);
  await page.keyboard.press('ArrowUp');
  await settled(page);
  assert.equal(await imageNumber(), 54);

  const number = async () => (await page.evaluate(() => document.querySelector('vitrine-app').shadowRoot.querySelector('vitrine-viewer').model.content(
    document.querySelector('vitrine-app').shadowRoot.querySelector('vitrine-viewer').model.activePane).pictures.map(({ instance }) => instance.instanceNumber)))[53];
  await page.keyboard.press('o');
  await assertShows(page, view, await ownPicture(page, base, await number(), box));
  await page.keyboard.press('3');
  await settled(page);
  await assertShows(page, view, await ownPicture(page, base, await number(), box, '&window=500,2000,linear'));
  await page.keyboard.press('i');
  await settled(page);
  await page.keyboard.press('i');
  await page.keyboard.press('0');
  await page.keyboard.press('o');
  await settled(page);

  if (size === 'desktop') {
    await drag(page, [x, y], [x + 100, y + 50]);
    await settled(page);
    // 250 pixels are the width that it began with.
    assert.ok((await words()).includes('W 560  L 120'), await words());
    await drag(page, [x, y], [x, y - 60], { button: 'right' });
    await settled(page);
    assert.match(await words(), /1\d\d %/);
  }
  await page.waitForTimeout(400);
  const before = await words();
  const url = page.url();
  await page.goto('about:blank');
  await page.goto(url);
  await settled(page);
  assert.equal(await words(), before);

  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('g')]);
  const file = readFileSync(await download.path());
  const { width, height } = await view.locator('canvas').evaluate((canvas) => ({ width: canvas.width, height: canvas.height }));
  assert.deepEqual([file.toString('latin1', 1, 4), file.readUInt32BE(16), file.readUInt32BE(20)], ['PNG', width, height]);

  await page.keyboard.press('x');
  await settled(page);
  assert.ok((await words()).includes('W 400  L 40'), await words());

  await page.goto(`${base}#/study/1.2.3`);
  await page.getByText('The archive holds no series of this study.').waitFor();
}
