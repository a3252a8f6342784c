/** On the page of a workshop that is closed: it may be brought back, and nobody should have to try for that. */

const EVERY = 15_000;

setInterval(async () => {
  const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}, EVERY);
