/** Sends signals and probes; the one place that calls the kill system call. */

/** What became of a signal. */
export type Delivery = "sent" | "gone" | "refused";

/**
 * Sends `signal` to a process, or with a negative `target` to a whole process group. Never throws.
 *
 * @returns `gone` when there is no such process or group, `refused` when it belongs to somebody else
 */
export function sendSignal(target: number, signal: Deno.Signal): Delivery {
  // 0 is this process's own group and -1 is everything: a mistake there must never get through.
  if (target === 0 || target === -1) return "refused";
  try {
    Deno.kill(target, signal);
    return "sent";
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "gone" : "refused";
  }
}

/** Returns whether a process or, negative, a group exists; a zombie does. Sends nothing. */
export function exists(target: number): boolean {
  const { stackTraceLimit } = Error;
  // That it is gone comes as an error, of which a stack that nobody sees takes the longest.
  Error.stackTraceLimit = 0;
  try {
    // The runtime takes the number 0, which probes only; its types know names alone.
    return sendSignal(target, 0 as unknown as Deno.Signal) !== "gone";
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
