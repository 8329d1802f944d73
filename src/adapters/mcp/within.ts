/** Owns waiting for something, but not for long. */

/** Resolves once `event` has settled, however, or after `durationMs`. Never rejects. */
export async function within(
  durationMs: number,
  event: Promise<unknown>,
): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, durationMs);
  await Promise.race([event.catch(() => {}), timeout.promise]);
  clearTimeout(timer);
}
