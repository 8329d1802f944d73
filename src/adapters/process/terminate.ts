/** The stop ladder: TERM, grace, KILL, then certainty that nothing of the session is left. */

import { killLimitMs } from "./proc_table.ts";
import type { ProcessGroup } from "./process_group.ts";

const MAX_PAUSE_MS = 40;
/** While the leader lives there is nothing to look for; a bound that suits every timer. */
const LEADER_PAUSE_MS = 60_000;

/** A ladder that is being climbed. */
export interface Termination {
  /** Goes to KILL at once. */
  force(): void;
  /** Resolves once the session is gone, or given up after {@linkcode killLimitMs} of KILL. Never rejects. */
  readonly finished: Promise<void>;
}

/** Options of {@linkcode terminate}. */
export interface TerminateOptions {
  /** Time between TERM and KILL in ms. */
  readonly graceMs: number;
  /** Begins with KILL. */
  readonly isForced: boolean;
  /** Resolves when the leader has ended. */
  readonly exited: Promise<unknown>;
}

/** Ends the session of `group`. */
export function terminate(
  group: ProcessGroup,
  options: TerminateOptions,
): Termination {
  let isForced = options.isForced;
  let hasExited = false;
  let wake = () => {};
  const pause = (durationMs: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  options.exited.then(() => {
    hasExited = true;
    wake();
  });

  async function becomesEmpty(
    limitMs: number,
    isCut: () => boolean,
  ): Promise<boolean> {
    const endsAt = performance.now() + limitMs;
    let pauseMs = 2;
    while (!isCut()) {
      if (hasExited && group.isGone()) return true;
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) return false;
      // While the leader lives its end wakes us; only what it leaves behind must be asked for.
      await pause(Math.min(leftMs, hasExited ? pauseMs : LEADER_PAUSE_MS));
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
    }
    return false;
  }

  async function climb(): Promise<void> {
    if (!isForced) {
      // A stopped process acts on TERM only once it is continued.
      group.signal("SIGTERM", "SIGCONT");
      if (await becomesEmpty(options.graceMs, () => isForced)) return;
    }
    const givesUpAt = performance.now() + killLimitMs();
    do {
      group.signal("SIGKILL");
      if (await becomesEmpty(100, () => false)) return;
    } while (performance.now() < givesUpAt);
  }

  return {
    force() {
      isForced = true;
      wake();
    },
    finished: climb(),
  };
}
