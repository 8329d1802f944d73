/** Owns the signals that ask this process to stop. */

import type { Signals, StopSignal } from "../../ports/mod.ts";

const NUMBER_OF: { readonly [name in StopSignal]: number } = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGTERM: 15,
};

/**
 * Returns the signals of this process. Call it before anything listens: what counts is
 * what was ignored when the program was started.
 */
export function createSignals(): Signals {
  const ignored = [...parseIgnored(readStatus())];
  const names = (Object.keys(NUMBER_OF) as StopSignal[])
    .filter((name) => !ignored.includes(name));
  let isKeepingIgnored = false;
  return {
    onStop(handler) {
      // The first listener for any signal makes the runtime catch all of these, and end
      // the process where nobody listens: from then on ignoring takes a listener as well.
      if (!isKeepingIgnored) ignored.forEach((name) => listen(name, () => {}));
      isKeepingIgnored = true;
      const stops = names.map((name) => listen(name, () => handler(name)));
      return () => stops.forEach((stop) => stop());
    },
  };
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
