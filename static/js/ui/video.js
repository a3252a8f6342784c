/** A stream on the screen. Attributes cannot hand over a stream, and `muted` counts only as a property. */

import { html, useEffect, useRef } from "../lib/html.js";

/** @param {{stream: MediaStream | null, muted?: boolean, class?: string, label: string}} props */
export function Video({ stream, muted = false, class: extra = "", label }) {
  const element = useRef(/** @type {HTMLVideoElement | null} */ (null));
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.muted = muted;
    video.srcObject = stream;
    video.play().catch(() => undefined);
  }, [stream, muted]);
  return html`<video class=${extra} ref=${element} autoplay playsinline aria-label=${label}></video>`;
}
