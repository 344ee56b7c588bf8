// Keeps the shell of the page, so that it opens without a network. Nothing else is ever stored: no picture, no search.
// The newest shell wins: the network is asked first.

const cacheName = 'vitrine-shell';
const shell = ['./', 'app.js', 'app-config.js', 'page.css', 'manifest.webmanifest', 'icon.svg', 'icon-192.png', 'icon-512.png'];
const addresses = new Set(shell.map((path) => new URL(path, self.registration.scope).href));

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(shell)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

async function answer(request, address) {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(address, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(address);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const address = url.origin + url.pathname;
  if (event.request.method === 'GET' && addresses.has(address)) event.respondWith(answer(event.request, address));
});
