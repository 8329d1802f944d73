/** Owns finding verdicts that can come and that lead nowhere. */

import type { Machine } from "./machine.ts";

/** Verdicts of one state that have no target. */
export interface Unrouted {
  /** The nearest situation in which they come. */
  readonly situation: number;
  /** In the order of the evaluator; `null` stands for any word that is not named. */
  readonly verdicts: readonly (string | null)[];
}

/** Returns, for each state that can be entered, the verdicts that it can give and nothing routes. */
export function findUnrouted(machine: Machine): readonly Unrouted[] {
  const { situations, edges, loop } = machine;
  const found = new Map<string, Unrouted>();
  for (const [index, { state, depth }] of situations.entries()) {
    // The cap ends the run before it gets there.
    if (depth >= loop.maxSteps) break;
    const verdicts = (edges[index] ?? []).filter(({ to, move }) =>
      to === -1 && move.cause === "turnout" && move.target === null
    ).map(({ move }) => move.verdict);
    if (verdicts.length === 0) continue;
    // A judge may first have to abstain a few times.
    const before = found.get(state.name);
    found.set(state.name, {
      situation: before?.situation ?? index,
      verdicts: [...new Set([...before?.verdicts ?? [], ...verdicts])],
    });
  }
  return [...found.values()];
}
