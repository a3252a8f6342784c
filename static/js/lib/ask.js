/** Questions to the server outside the WebSocket: JSON there, JSON back, and what went wrong as a value. */

const PATIENCE_MS = 15_000;

/**
 * `code` and `message` are the server's; both are "" when no answer came.
 * @typedef {{ok: true, value: any} | {ok: false, code: string, message: string}} Reply
 */

/**
 * @param {string} address
 * @param {Record<string, unknown>} value
 * @returns {Promise<Reply>}
 */
export async function ask(address, value) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(value),
      signal: AbortSignal.timeout?.(PATIENCE_MS),
    });
    const data = await answer.json();
    return answer.ok ? { ok: true, value: data } : { ok: false, code: data.code, message: data.message };
  } catch {
    return { ok: false, code: "", message: "" };
  }
}
