/** The two clocks of an action: how long it may take, how long it may be silent. */

/** The longest timer that the runtime has; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Options of {@linkcode watchLimits}. */
export interface LimitOptions {
  /** Wall limit in ms; 0 is none. */
  readonly timeoutMs: number;
  /** Limit of silence in ms; 0 is none. */
  readonly idleTimeoutMs: number;
  /** When something was last heard, as `performance.now()` has it. */
  readonly lastHeardMs: () => number;
  /** Called at most once. */
  readonly onExpire: (kind: "wall" | "idle") => void;
}

/** Starts the clocks that are set; returns what stops them. */
export function watchLimits(options: LimitOptions): () => void {
  const startedMs = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSecondLook = false;

  // One timer that is set again when it fires, instead of one that is moved with every byte.
  function check(): void {
    const nowMs = performance.now();
    const wallLeftMs = options.timeoutMs > 0
      ? startedMs + options.timeoutMs - nowMs
      : Infinity;
    const idleLeftMs = options.idleTimeoutMs > 0
      ? options.lastHeardMs() + options.idleTimeoutMs - nowMs
      : Infinity;
    if (wallLeftMs <= 0) return options.onExpire("wall");
    if (idleLeftMs <= 0 && isSecondLook) return options.onExpire("idle");
    // When it was this process that stood still, the pipes have not been read yet.
    isSecondLook = idleLeftMs <= 0;
    const leftMs = Math.min(wallLeftMs, isSecondLook ? 5 : idleLeftMs);
    if (leftMs === Infinity) return;
    timer = setTimeout(check, Math.min(Math.ceil(leftMs), MAX_TIMER_MS));
  }

  check();
  return () => clearTimeout(timer);
}
