// Service worker: the page without a network. VERSION, SHELL and SCANNER come before this text; a
// change of any file changes VERSION, and with it this text, which is how browsers learn of it.
// Key lists are not its business: the page fetches, verifies and keeps them.

const NAME = `check-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll(SHELL))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => /^check-[0-9a-f]+$/.test(name) && name !== NAME))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isKept = [...SHELL, ...SCANNER].includes(pathname);
  if (origin !== self.location.origin || event.request.method !== "GET" || !isKept) return;
  event.respondWith(
    caches
      .open(NAME)
      .then((cache) => cache.match(pathname))
      // By the path alone: whatever else stands in an address is not sent.
      .then((kept) => kept ?? fetch(pathname)),
  );
});

/** The page asks for the scanner once it is shown; the answer says whether it is kept. */
self.addEventListener("message", (event) => {
  const kept = caches.open(NAME).then(async (cache) => {
    const missing = [];
    for (const file of SCANNER) if (!(await cache.match(file))) missing.push(file);
    await cache.addAll(missing);
  });
  event.waitUntil(
    kept.then(
      () => event.ports[0].postMessage(true),
      () => event.ports[0].postMessage(false),
    ),
  );
});
