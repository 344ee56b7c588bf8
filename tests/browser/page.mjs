// A page with the viewer, as the cases drive it.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const sizes = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};

const patienceMs = 30_000;

// The page at `base`; problems that the page meets fail the case, unless it expects them.
export async function openPage(base, size) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'] });
  const context = await browser.newContext({ ...sizes[size], acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const problems = [];
  const foreign = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(base)) foreign.push(request.url());
  });
  return { browser, context, page, base, size, problems, foreign };
}

// Waits until every viewport shows its full picture.
export async function settled(page) {
  await page.evaluate(() => delete window.quietSince);
  await page.waitForFunction(() => {
    const viewers = [...document.querySelectorAll('vitrine-viewer'), ...(document.querySelector('vitrine-app')?.shadowRoot.querySelectorAll('vitrine-viewer') ?? [])];
    const panes = viewers.flatMap((viewer) => [...(viewer.shadowRoot?.querySelectorAll('vitrine-pane') ?? [])]).filter((pane) => pane.offsetWidth > 0);
    const quiet = panes.length > 0 && panes.every((pane) => pane.getAttribute('aria-busy') === 'false');
    if (!quiet) delete window.quietSince;
    else window.quietSince ??= performance.now();
    // A hand that has just stopped is followed by one more picture.
    return quiet && performance.now() - window.quietSince > 400;
  }, null, { polling: 50 });
}

export async function openStudy(page, base, patient) {
  await page.goto(base);
  await page.locator('.studies a', { hasText: patient }).click();
  await settled(page);
}

export const panes = (page) => page.locator('vitrine-pane:visible');
export const pane = (page, index = 0) => page.locator(`vitrine-pane[data-index="${index}"]`);

// The words over a viewport's picture.
export const texts = (of) => of.locator('svg text').allTextContents();

export async function viewerProperty(page, name) {
  return page.locator('vitrine-viewer').evaluate((viewer, property) => viewer[property], name);
}

// Moves the pointer with a button held.
export async function drag(page, from, to, { button = 'left', steps = 6 } = {}) {
  await page.mouse.move(...from);
  await page.mouse.down({ button });
  await page.mouse.move(...to, { steps });
  await page.mouse.up({ button });
}

export async function boxOf(locator) {
  const box = await locator.boundingBox();
  assert.ok(box && box.width > 0);
  return box;
}

export async function middleOf(locator) {
  const box = await boxOf(locator);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

// The largest difference of the mean grey (0 to 255) over an 8 by 8 grid between what a viewport shows and the service's
// own picture at `url`, which is placed in its middle. Words over the picture have to be off.
export async function regionDifference(page, of, url) {
  const shown = (await of.screenshot()).toString('base64');
  return page.evaluate(async ([base64, address]) => {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const response = await fetch(address, { headers: { Accept: 'image/png' } });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const expected = await createImageBitmap(await response.blob());
    const pixels = (draw) => {
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.fillRect(0, 0, image.width, image.height);
      draw(context);
      return context.getImageData(0, 0, image.width, image.height).data;
    };
    const sums = (data) => {
      const cells = Array(64).fill(0);
      let brightest = 0;
      for (let y = 0; y < image.height; y += 1) {
        for (let x = 0; x < image.width; x += 1) {
          const at = 4 * (y * image.width + x);
          cells[Math.floor((y * 8) / image.height) * 8 + Math.floor((x * 8) / image.width)] += data[at] + data[at + 1] + data[at + 2];
          brightest = Math.max(brightest, data[at]);
        }
      }
      return { cells, brightest };
    };
    const shownSums = sums(pixels((context) => context.drawImage(image, 0, 0)));
    const cellSize = (3 * image.width * image.height) / 64;
    const corner = [Math.round((image.width - expected.width) / 2), Math.round((image.height - expected.height) / 2)];
    const { cells, brightest } = sums(pixels((context) => context.drawImage(expected, ...corner)));
    return { difference: Math.max(...cells.map((sum, cell) => Math.abs(sum - shownSums.cells[cell]) / cellSize)), brightest };
  }, [shown, url]);
}

// Both show the same, and there is something to be seen.
export async function assertShows(page, of, url, most = 1.5) {
  const { difference, brightest } = await regionDifference(page, of, url);
  assert.ok(brightest > 60, `the service's own picture is dark: ${url}`);
  assert.ok(difference <= most, `regions differ by up to ${difference.toFixed(2)} grey values from ${url}`);
}
