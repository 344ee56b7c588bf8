// axe-core finds nothing serious; everything is reached by the keyboard.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openStudy, settled } from '../page.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function assertNothingSerious(page, where) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run());
  assert.ok(passes.length > 5);
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(serious.map(({ id, nodes }) => `${where}: ${id} ${nodes.map((node) => node.html).join(' ').slice(0, 300)}`), []);
}

export default async function accessible({ page, base, size }) {
  await page.goto(base);
  await page.locator('.studies a').first().waitFor();
  await assertNothingSerious(page, 'list');
  await openStudy(page, base, 'DEMO, CT');
  await assertNothingSerious(page, 'stack');
  await page.keyboard.press('m');
  await settled(page);
  await assertNothingSerious(page, 'planes');
  await page.keyboard.press('n');
  await settled(page);
  await page.getByLabel('Layout').click();
  await assertNothingSerious(page, 'volume, menu');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await assertNothingSerious(page, 'help');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('dialog').count(), 0);
  if (size === 'phone') return;

  // With the tab key alone: from the list into a study and to its tools.
  await page.goto(base);
  await page.locator('.studies a').first().waitFor();
  const focused = () => page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.getAttribute('aria-label') ?? element?.getAttribute('href') ?? element?.getAttribute('name') ?? '';
  });
  const tabTo = async (wanted) => {
    for (let press = 0; press < 30; press += 1) {
      await page.keyboard.press('Tab');
      if ((await focused()).includes(wanted)) return;
    }
    assert.fail(`${wanted} is not reached`);
  };
  await tabTo('#/study/');
  await page.keyboard.press('Enter');
  await settled(page);
  await tabTo('Zoom');
  await page.keyboard.press('Enter');
  assert.equal(await page.getByRole('button', { name: 'Zoom', exact: true }).getAttribute('aria-pressed'), 'true');
}
