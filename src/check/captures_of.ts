/** Owns which states of a loop make which capture. */

import type { Loop } from "../model/mod.ts";

/** What the states of a loop capture. */
export interface Captures {
  /** The states that make each capture; a state that runs a loop makes one of its own name. */
  readonly byName: ReadonlyMap<string, readonly string[]>;
  /** Whether a state runs a loop, which may leave captures of its own. */
  readonly hasLoops: boolean;
}

const capturesCache = new WeakMap<Loop, Captures>();

/** Returns what the states of `loop` capture. */
export function capturesOf(loop: Loop): Captures {
  const known = capturesCache.get(loop);
  if (known !== undefined) return known;
  const byName = new Map<string, string[]>();
  let hasLoops = false;
  for (const state of Object.values(loop.states)) {
    if (state.kind === "loop") {
      hasLoops = true;
      byName.set(state.name, [...byName.get(state.name) ?? [], state.name]);
    }
    const { capture } = state;
    if (capture !== null && (capture !== state.name || state.kind !== "loop")) {
      byName.set(capture, [...byName.get(capture) ?? [], state.name]);
    }
  }
  const captures = { byName, hasLoops };
  capturesCache.set(loop, captures);
  return captures;
}
