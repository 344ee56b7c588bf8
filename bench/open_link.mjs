// Usage: node open_link.mjs VIEWER VIEW URL STUDY: opens a link in a fresh browser on a line of 15 Mbit/s and prints
// "milliseconds bytes" of the moment when the first diagnostic picture (VIEW stack) or all planes (VIEW mpr) are there.
// VIEWER: vitrine or ohif.

import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../tests/browser/package.json', import.meta.url))('playwright-core');
const [viewer, view, base, study] = process.argv.slice(2);
const patienceMs = 400_000;
const line = { offline: false, latency: 20, downloadThroughput: 15e6 / 8, uploadThroughput: 15e6 / 8 };

// In the page, several times a second: whether the pictures are there.
const isThere = {
  // Every viewport says when it shows its full picture.
  vitrine: (count) => {
    const all = [...document.querySelectorAll('vitrine-viewer'), ...(document.querySelector('vitrine-app')?.shadowRoot?.querySelectorAll('vitrine-viewer') ?? [])];
    const panes = all.flatMap((one) => [...(one.shadowRoot?.querySelectorAll('vitrine-pane') ?? [])]).filter((pane) => pane.offsetWidth > 0);
    return panes.length >= count && panes.every((pane) => pane.getAttribute('aria-busy') === 'false');
  },
  // Cornerstone draws nothing until an image, or for planes the volume, has arrived.
  ohif: (count) => {
    const scratch = new OffscreenCanvas(32, 32).getContext('2d', { willReadFrequently: true });
    const drawn = [...document.querySelectorAll('.cornerstone-canvas')].filter((canvas) => {
      if (canvas.width === 0 || canvas.height === 0) return false;
      scratch.clearRect(0, 0, 32, 32);
      scratch.drawImage(canvas, 0, 0, 32, 32);
      return scratch.getImageData(0, 0, 32, 32).data.some((value, i) => i % 4 !== 3 && value > 40);
    });
    return drawn.length >= count;
  },
};
// OHIF fills its planes while slices arrive; they are complete when the last frame is there.
const frames = { asked: 0, there: 0 };

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const devtools = await page.context().newCDPSession(page);
let bytes = 0;
await devtools.send('Network.enable');
await devtools.send('Network.emulateNetworkConditions', line);
devtools.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
page.on('request', (request) => { if (request.url().includes('/frames/')) frames.asked += 1; });
page.on('requestfinished', (request) => { if (request.url().includes('/frames/')) frames.there += 1; });

const planes = view === 'mpr';
let address;
if (viewer === 'ohif') {
  address = `${base}viewer?StudyInstanceUIDs=${study}${planes ? '&hangingprotocolId=mpr' : ''}`;
} else {
  // A page of the service's own origin with nothing but the element.
  address = `${base}link.html`;
  const tag = `<vitrine-viewer study="${study}" view="${planes ? 'mpr' : 'stack'}" style="display:block;height:800px"></vitrine-viewer>`;
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><body style="margin:0">${tag}<script type="module" src="embed.js"></script>` }));
}
const start = performance.now();
await page.goto(address, { waitUntil: 'commit' });
await page.waitForFunction(isThere[viewer], planes ? 3 : 1, { polling: 50, timeout: patienceMs });
if (viewer === 'ohif' && planes) {
  for (let still = 0; still < 4;) {
    await page.waitForTimeout(250);
    still = frames.there === frames.asked ? still + 1 : 0;
  }
}
const waited = viewer === 'ohif' && planes ? 1000 : 0;
console.log(`${Math.round(performance.now() - start - waited)} ${bytes}`);
if (process.env.BENCH_PICTURES) await page.screenshot({ path: `${process.env.BENCH_PICTURES}/open-${viewer}-${view}.png` });
await browser.close();
