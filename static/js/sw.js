/**
 * The service worker: opens a person's page where there is no network. It serves from that person's own cache, which the
 * page itself fills (lib/shell.js) and empties (lib/forget.js); by itself it keeps nothing. Pages come from the network
 * first, or after a short wait from the cache; what lies below a digest never changes.
 */

/** Hall Wi-Fi that is up but carries nothing: so long is waited for it. */
const PATIENCE = 3_000;
const LASTING = /^\/(?:static\/[0-9a-f]{12}|i18n)\//;
const OWN = /^\/s\/[\w-]+\/([\w-]+)(?:\/join\.svg)?$/;
/** Not this browser's, removed, deleted, archived: the server's word, not a proxy's. */
const SHUT = [401, 403, 404, 410];

/** The global object of a service worker, which the checker does not know. @type {any} */
const worker = self;
worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (/** @type {any} */ event) => event.waitUntil(throwAway(event.data.gone)));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  const person = OWN.exec(pathname)?.[1];
  if (LASTING.test(pathname)) event.respondWith(keptFirst(event.request));
  else if (person) event.respondWith(networkFirst(event.request, person));
});

/** What a browser compiles of a kept script it lays beside it a moment later, and for that makes the cache anew. */
const LATER = [0, 300, 1_000, 3_000, 6_000];

/** @param {string} person whose page keeps nothing any more */
async function throwAway(person) {
  for (const wait of LATER) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    await caches.delete(`tcl-shell-${person}`).catch(() => false);
  }
}

/** @param {Request} request */
async function keptFirst(request) {
  return (await kept(request)) ?? fetch(request);
}

/** @param {Request} request @param {string} person */
async function networkFirst(request, person) {
  const network = fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([network.catch(() => undefined), late]);
  if (answer instanceof Response && answer.status < 500) {
    if (SHUT.includes(answer.status)) await caches.delete(`tcl-shell-${person}`);
    return answer;
  }
  return (await kept(request)) ?? network;
}

/** @param {Request} request @returns {Promise<Response | undefined>} */
function kept(request) {
  return caches.match(request, { ignoreVary: true }).catch(() => undefined);
}
