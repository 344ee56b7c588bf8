// Usage: node run.mjs CASE desktop|phone URL [KEY=VALUE...]: runs cases/CASE.mjs in a fresh browser. A case asks the test
// around it for something by a line on standard output and reads the answer from standard input.

import { createInterface } from 'node:readline';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { openPage } from './page.mjs';

const [name, size, base, ...rest] = process.argv.slice(2);
const options = Object.fromEntries(rest.map((pair) => pair.split(/=(.*)/s)));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function ask(what) {
  console.log(`ask ${what}`);
  return (await lines.next()).value;
}

let opened;
// Whatever hangs, the test around it goes on.
setTimeout(() => {
  console.error(`${name} takes too long`);
  opened?.browser.close().finally(() => process.exit(1));
}, 100_000).unref();

opened = await openPage(base, size);
const { default: test } = await import(`./cases/${name}.mjs`);
try {
  await test({ ...opened, options, ask });
  assert.deepEqual(opened.problems, []);
  if (!test.expectsForeign) assert.deepEqual(opened.foreign, [], 'something is loaded from elsewhere');
} catch (error) {
  const folder = process.env.TEST_UNDECLARED_OUTPUTS_DIR;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await opened.page.screenshot({ path: join(folder, `${name}-${size}.png`) }).catch(() => undefined);
  }
  console.error(error);
  process.exitCode = 1;
} finally {
  await opened.browser.close();
  process.stdin.destroy();
}
