/** Keeps a mistake in somebody else's callback from being swallowed, and from stopping the pipes. */

/** Calls `callback`; what it throws is reported as an uncaught error of the program. */
export function callGuarded(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    reportError(error);
  }
}
