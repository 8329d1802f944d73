/** Owns the signals that ask this process to stop. */

import type { Signals, StopSignal } from "../../ports/mod.ts";

const NUMBER_OF: { readonly [name in StopSignal]: number } = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGTERM: 15,
};

/**
 * Returns the signals of this process. Nothing else may listen: what counts is what was ignored
 * when the program was started, which is asked for before the first listener.
 */
export function createSignals(): Signals {
  let names: readonly StopSignal[] | null = null;
  return {
    onStop(handler) {
      names ??= keepIgnored();
      const stops = names.map((name) => listen(name, () => handler(name)));
      return () => stops.forEach((stop) => stop());
    },
  };
}

/** Sees to it that ignored signals stay ignored; returns the others. */
function keepIgnored(): readonly StopSignal[] {
  const ignored = parseIgnored(readStatus());
  // The first listener for any signal makes the runtime catch all of these, and end
  // the process where nobody listens: from then on ignoring takes a listener as well.
  ignored.forEach((name) => listen(name, () => {}));
  return (Object.keys(NUMBER_OF) as StopSignal[])
    .filter((name) => !ignored.has(name));
}

/**
 * Returns the signals that a /proc/PID/status says are ignored (`nohup`, `&` in a script).
 * None where the text does not say.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([...parseIgnored("SigIgn:\t0000000000001003\n")], ["SIGHUP", "SIGINT"]);
 * ```
 */
export function parseIgnored(status: string): ReadonlySet<StopSignal> {
  const digits = /^SigIgn:\s*([0-9a-fA-F]+)\s*$/m.exec(status)?.[1] ?? "0";
  const bits = BigInt(`0x${digits}`);
  const ignored = (Object.keys(NUMBER_OF) as StopSignal[])
    .filter((name) => (bits >> BigInt(NUMBER_OF[name] - 1)) & 1n);
  return new Set(ignored);
}

function readStatus(): string {
  try {
    return Deno.readTextFileSync("/proc/self/status");
  } catch {
    return "";
  }
}

function listen(name: StopSignal, handler: () => void): () => void {
  try {
    Deno.addSignalListener(name, handler);
  } catch {
    // The system has no such signal.
    return () => {};
  }
  return () => Deno.removeSignalListener(name, handler);
}
