// The page's files on a plain web server below some path: the service is the one that app-config.js names.

import assert from 'node:assert/strict';
import { pane, settled, texts } from '../page.mjs';

export default async function staticHost({ page, base, options }) {
  const requested = [];
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(`${options.host}#/`);
  await page.locator('.studies a', { hasText: 'DEMO, CT' }).click();
  await settled(page);
  assert.ok((await texts(pane(page))).includes('53 / 105'));
  assert.ok(requested.some((url) => url.startsWith(`${base}dicom-web/`)));
  const strangers = requested.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(base) && !url.startsWith(options.host));
  assert.deepEqual(strangers, []);
  assert.equal(await pane(page).evaluate((element) => element.figures().transport), options.transport);
  // Window, planes and volume without or with a stream.
  await page.keyboard.press('2');
  await settled(page);
  assert.ok((await texts(pane(page))).includes('W 1500  L -600'));
  await page.keyboard.press('m');
  await settled(page);
  await page.keyboard.press('n');
  await settled(page);
  assert.ok((await texts(pane(page))).includes('Bone'));
  await page.keyboard.press('q');
  await settled(page);
  await page.waitForTimeout(400);
  await page.reload();
  await settled(page);
  assert.ok((await texts(pane(page))).includes('53 / 105'));
}

staticHost.expectsForeign = true;
