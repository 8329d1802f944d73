/** Owns the client's own limit, which is never to fire: limits are the caller's, by its signal. */

/** The longest timer that the runtime has, in ms; a longer one would fire at once. */
export const NO_LIMIT_MS = 2 ** 31 - 1;
