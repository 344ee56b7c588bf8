// A study of a patient without a name is found, opened and shown.

import assert from 'node:assert/strict';
import { openStudy, pane, texts } from '../page.mjs';

export default async function noName({ page, base }) {
  await openStudy(page, base, 'No name');
  assert.equal(await page.locator('.who strong').textContent(), 'No name');
  assert.ok((await texts(pane(page))).includes('1 / 1'));
}
