// Usage: node ohif.mjs VERSION URL FOLDER: opens a study of the demonstration archive in an unmodified OHIF (3 or 2) and
// looks at what it shows. Screenshots go to FOLDER.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createRequire } from 'node:module';

// The browser tests have the driver.
const { chromium } = createRequire(new URL('../browser/package.json', import.meta.url))('playwright-core');

const [version, base, folder] = process.argv.slice(2);
const patienceMs = 90_000;
const DICOM_JSON = { headers: { Accept: 'application/dicom+json' } };
const value = (dataset, tag) => dataset[tag]?.Value?.[0];

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(patienceMs);

const failed = [];
const kinds = new Set();
page.on('response', (response) => {
  const path = new URL(response.url()).pathname;
  if (response.url().startsWith(base) && response.status() >= 400 && path.startsWith('/dicom-web')) failed.push(`${response.status()} ${path}`);
  for (const kind of ['metadata', 'thumbnail', 'frames', 'rendered']) if (path.split('/').includes(kind)) kinds.add(kind);
});

const ask = async (path) => (await fetch(`${base}dicom-web/${path}`, DICOM_JSON)).json();

// The virtual and the stored series of the CT study.
async function series(study) {
  const found = await ask(`studies/${study}/series?includefield=0008103E%2C00200011`);
  const of = (what) => found.find((one) => value(one, '0008103E').startsWith(what));
  return { stored: found[0], planes: of('Sagittal MPR'), slabs: of('Axial MIP'), turn: of('3D') };
}

// The mean grey of an 8 by 8 grid over what a picture (PNG) shows, its black margins cut off.
function grid(png) {
  return page.evaluate(async (text) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))]));
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const grey = (x, y) => { const at = 4 * (y * image.width + x); return (data[at] + data[at + 1] + data[at + 2]) / 3; };
    const box = { left: image.width, top: image.height, right: 0, bottom: 0 };
    for (let y = 0; y < image.height; y += 1) {
      for (let x = 0; x < image.width; x += 1) {
        if (grey(x, y) < 24) continue;
        box.left = Math.min(box.left, x); box.right = Math.max(box.right, x + 1);
        box.top = Math.min(box.top, y); box.bottom = Math.max(box.bottom, y + 1);
      }
    }
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    if (width <= 0) return { ratio: 0, cells: [] };
    const cells = Array.from({ length: 64 }, () => ({ sum: 0, count: 0 }));
    for (let y = box.top; y < box.bottom; y += 1) {
      for (let x = box.left; x < box.right; x += 1) {
        const cell = cells[Math.floor(((y - box.top) * 8) / height) * 8 + Math.floor(((x - box.left) * 8) / width)];
        cell.sum += grey(x, y);
        cell.count += 1;
      }
    }
    return { ratio: width / height, cells: cells.map((cell) => cell.sum / cell.count) };
  }, png.toString('base64'));
}

// What a viewport shows once it has stopped changing and is not empty.
async function shown(selector) {
  const canvas = page.locator(selector).first();
  await canvas.waitFor();
  let before = '';
  for (let i = 0; i < 120; i += 1) {
    await page.waitForTimeout(500);
    const picture = await canvas.evaluate((element) => element.toDataURL('image/png').split(',')[1]);
    const { cells } = picture === before ? await grid(Buffer.from(picture, 'base64')) : { cells: [] };
    if (cells.some((cell) => cell > 30)) return Buffer.from(picture, 'base64');
    before = picture;
  }
  throw new Error('the viewport stays empty');
}

// That a viewport shows what the service renders at `path`, but for the viewer's own interpolation.
async function assertShows(selector, path, name) {
  const actual = await grid(await shown(selector));
  await page.screenshot({ path: join(folder, `ohif${version}-${name}.png`) });
  const response = await fetch(`${base}dicom-web/${path}`, { headers: { Accept: 'image/png' } });
  assert.equal(response.status, 200);
  const expected = await grid(Buffer.from(await response.arrayBuffer()));
  const worst = Math.max(...actual.cells.map((cell, i) => Math.abs(cell - expected.cells[i])));
  console.log(`${name}: regions differ by up to ${worst.toFixed(1)} grey values, shapes ${actual.ratio.toFixed(3)} and ${expected.ratio.toFixed(3)}`);
  assert.ok(Math.abs(actual.ratio / expected.ratio - 1) < 0.02, `${name}: another shape than ${path}`);
  assert.ok(worst <= 8, `${name}: another picture than ${path}`);
}

// The image at a place of a series, 0 to 1.
async function imageAt(series, place) {
  const images = await ask(`studies/${study}/series/${value(series, '0020000E')}/instances`);
  images.sort((a, b) => value(a, '00200013') - value(b, '00200013'));
  return value(images[Math.floor((images.length - 1) * place)], '00080018');
}

const study = value((await ask('studies?ModalitiesInStudy=CT'))[0], '0020000D');
const path = (one, image) => `studies/${study}/series/${value(one, '0020000E')}/instances/${image}/rendered`;
try {
  const { default: visit } = await import(`./version${version}.mjs`);
  await visit({ page, base, study, found: await series(study), value, imageAt, path, assertShows, folder });
  assert.deepEqual(failed, []);
  console.log(`asked for ${[...kinds].sort().join(', ')}`);
} catch (error) {
  await page.screenshot({ path: join(folder, `ohif${version}-failed.png`) }).catch(() => undefined);
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
