/** Owns what a journal's inputs come to: the snapshot after them, also where a run went back in time. */

import type { Definitions, Input, Snapshot } from "../model/mod.ts";
import { NEW_SNAPSHOT, step, type StepResult } from "./step.ts";

/** Returns the snapshot after a run of inputs, which begin with the first of a run. */
export function fold(
  definitions: Definitions,
  inputs: Iterable<Input>,
): Snapshot {
  return foldToLast(definitions, [...inputs])?.snapshot ?? NEW_SNAPSHOT;
}

/** Returns what the last of a run's inputs gave; `null` without any. */
export function foldToLast(
  definitions: Definitions,
  inputs: readonly Input[],
): StepResult | null {
  let last: StepResult | null = null;
  for (const { result } of walk(definitions, inputs)) last = result;
  return last;
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
  const wanted = new Set(counts);
  const found = new Map([[0, NEW_SNAPSHOT]]);
  let count = 0;
  for (const { result } of walk(definitions, inputs)) {
    if (wanted.has(++count)) found.set(count, result.snapshot);
  }
  return counts.map((each) => found.get(each) ?? NEW_SNAPSHOT);
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

/** One input, the snapshot that it met, and what followed from it. */
export interface Step {
  readonly input: Input;
  readonly before: Snapshot;
  readonly result: StepResult;
}

/**
 * Yields one step after the other, also where the run went back in time.
 *
 * @throws {LoopError} `internal` where an input does not fit what came before it
 */
export function* walk(
  definitions: Definitions,
  inputs: readonly Input[],
): Generator<Step, void> {
  const wanted = new Set(inputs.map(backOf));
  const kept = new Map<number, Snapshot>();
  let snapshot = NEW_SNAPSHOT;
  for (const [index, input] of inputs.entries()) {
    if (wanted.has(index)) kept.set(index, snapshot);
    const back = backOf(input);
    if (back !== null) {
      snapshot = rewind(snapshot, kept.get(back) ?? NEW_SNAPSHOT);
    }
    const result = step(definitions, snapshot, input);
    yield { input, before: snapshot, result };
    snapshot = result.snapshot;
  }
}

function backOf(input: Input): number | null {
  return "back" in input ? input.back ?? null : null;
}
