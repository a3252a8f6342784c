/** A stream on the screen. Attributes cannot hand over a stream, and `muted` counts only as a property. */

import { html, useEffect, useRef } from "../lib/html.js";

/**
 * `onSilenced`: the browser plays no sound before somebody has touched the page; the picture is there without it.
 * @param {{stream: MediaStream | null, muted?: boolean, class?: string, label: string, onSilenced?: () => void}} props
 */
export function Video({ stream, muted = false, class: extra = "", label, onSilenced }) {
  const element = useRef(/** @type {HTMLVideoElement | null} */ (null));
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.muted = muted;
    // Handed over again, the same stream would break off and begin anew.
    if (video.srcObject !== stream) video.srcObject = stream;
    video.play().catch((error) => {
      if (error.name !== "NotAllowedError" || muted) return;
      video.muted = true;
      video.play().catch(() => undefined);
      onSilenced?.();
    });
  }, [stream, muted]);
  return html`<video class=${extra} ref=${element} autoplay playsinline aria-label=${label}></video>`;
}

/**
 * A sound without a picture.
 * @param {{stream: MediaStream | null, muted?: boolean, onSilenced?: () => void}} props
 */
export function Sound({ stream, muted = false, onSilenced }) {
  const element = useRef(/** @type {HTMLAudioElement | null} */ (null));
  useEffect(() => {
    const audio = element.current;
    if (!audio) return;
    audio.muted = muted;
    if (audio.srcObject !== stream) audio.srcObject = stream;
    audio.play().catch((error) => error.name === "NotAllowedError" && !muted && onSilenced?.());
  }, [stream, muted]);
  return html`<audio ref=${element}></audio>`;
}
