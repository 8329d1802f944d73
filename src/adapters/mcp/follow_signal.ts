/** Owns signals for single requests: the client listens to the one that it is given for ever. */

/**
 * Runs `request` with a signal that aborts with `outer` until the request has settled: from then
 * on it would take back what was answered long ago.
 */
export async function followSignal<T>(
  outer: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const follow = () => own.abort(outer.reason);
  if (outer.aborted) follow();
  outer.addEventListener("abort", follow, { once: true });
  try {
    return await request(own.signal);
  } finally {
    outer.removeEventListener("abort", follow);
  }
}
