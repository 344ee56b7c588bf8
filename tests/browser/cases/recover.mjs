// The worker goes away while somebody looks: a sentence, then the same view again, without anything being pressed.

import assert from 'node:assert/strict';
import { assertShows, openStudy, pane, settled, texts, viewerProperty } from '../page.mjs';

export default async function recover({ page, base, ask }) {
  await openStudy(page, base, 'DEMO, CT');
  const view = pane(page);
  await page.keyboard.press('3');
  await page.keyboard.press('PageDown');
  await settled(page);
  const link = await viewerProperty(page, 'link');

  await ask('stop');
  await page.keyboard.press('ArrowDown');
  await page.getByText('Connection lost. Reconnecting …').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  const during = await viewerProperty(page, 'link');
  assert.notEqual(during, link);
  await ask('start');
  await page.getByText('Connection lost. Reconnecting …').waitFor({ state: 'hidden' });
  await settled(page);
  assert.equal(await viewerProperty(page, 'link'), during);
  assert.ok((await texts(view)).includes('64 / 105'), (await texts(view)).join('|'));

  await page.keyboard.press('o');
  const url = await view.evaluate((element, root) => {
    const { instance } = element.content().pictures[63];
    const { studyUid, activePane } = element.model;
    return `${root}dicom-web/studies/${studyUid}/series/${activePane.series}/instances/${instance.sopInstanceUid}/rendered?window=500,2000,linear` +
      `&viewport=${element.shadowRoot.querySelector('canvas').width},${element.shadowRoot.querySelector('canvas').height}`;
  }, base);
  await assertShows(page, view, url);
}
