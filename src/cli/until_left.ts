/** Owns the end of watching by whoever watches: Ctrl-C, a signal, a pipe whose reader has gone. */

import { signalStatusOf } from "../app/mod.ts";
import { EXIT } from "../model/mod.ts";
import type { Session } from "./program.ts";

/** Somebody watches. */
export interface Watching {
  readonly stop: AbortSignal;
  /** Status of a command that was left: detaching is what Ctrl-C is for. */
  readonly leftStatus: number;
  /** Leaves when nobody reads what is printed any more. */
  check(): void;
  /** Stops listening. */
  close(): void;
}

/** Returns what ends watching; the run that is watched is not told. */
export function untilLeft(
  { world, stdout }: Pick<Session, "world" | "stdout">,
): Watching {
  const left = new AbortController();
  let leftStatus: number = EXIT.ok;
  const close = world.signals.onStop((signal) => {
    if (signal !== "SIGINT") leftStatus = signalStatusOf(signal);
    left.abort();
  });
  return {
    stop: left.signal,
    get leftStatus() {
      return leftStatus;
    },
    check() {
      if (stdout.isClosed) left.abort();
    },
    close,
  };
}
