/** Owns what a journal's inputs come to: the snapshot after them, also where a run went back in time. */

import type { Definitions, Input, Snapshot } from "../model/mod.ts";
import { NEW_SNAPSHOT, step } from "./step.ts";

/** Returns the snapshot after a run of inputs, which begin with the first of a run. */
export function fold(
  definitions: Definitions,
  inputs: Iterable<Input>,
): Snapshot {
  const all = [...inputs];
  return snapshotsAfter(definitions, all, [all.length])[0] ?? NEW_SNAPSHOT;
}

/**
 * Returns the snapshots after so many of the inputs, in the order of `counts`, each from 0 to the
 * number of inputs.
 */
export function snapshotsAfter(
  definitions: Definitions,
  inputs: readonly Input[],
  counts: readonly number[],
): readonly Snapshot[] {
  const kept = new Map<number, Snapshot>();
  const wanted = new Set(counts);
  for (const input of inputs) {
    const back = backOf(input);
    if (back !== null) wanted.add(back);
  }
  let snapshot = NEW_SNAPSHOT;
  for (const [index, input] of inputs.entries()) {
    if (wanted.has(index)) kept.set(index, snapshot);
    const back = backOf(input);
    if (back !== null) {
      snapshot = rewind(snapshot, kept.get(back) ?? NEW_SNAPSHOT);
    }
    snapshot = step(definitions, snapshot, input).snapshot;
  }
  kept.set(inputs.length, snapshot);
  return counts.map((count) => kept.get(count) ?? snapshot);
}

/**
 * Returns the snapshot from which a run goes on that goes back from `now` to `then`: no number of
 * an effect is given a second time, since files are named after them.
 */
export function rewind(now: Snapshot, then: Snapshot): Snapshot {
  return {
    ...then,
    nextEffect: Math.max(now.nextEffect, then.nextEffect),
  };
}

/**
 * Returns the numbers of the inputs, from 0, that a run still stands on: without those that it
 * went back over.
 */
export function countingInputs(inputs: readonly Input[]): readonly number[] {
  let counting: number[] = [];
  for (const [index, input] of inputs.entries()) {
    const back = backOf(input);
    if (back !== null) counting = counting.filter((each) => each < back);
    counting.push(index);
  }
  return counting;
}

function backOf(input: Input): number | null {
  return "back" in input ? input.back ?? null : null;
}
