/** Owns the proof of a loop in numbers. */

import type { Definitions, ProofSummary, Unseen } from "../../model/mod.ts";
import { findUnrouted } from "./find_unrouted.ts";
import type { Machine } from "./machine.ts";
import { proverOf } from "./prove_definitions.ts";
import { isWorthTelling } from "./worth_telling.ts";

/** Returns the proof of the root loop of definitions that hold no error. */
export function summarizeProof(definitions: Definitions): ProofSummary {
  const prover = proverOf(definitions);
  const { machine, bounds } = prover.proof(definitions.root);
  const reached = new Set(prover.reachedFrom(definitions.root));
  const machines = [...reached].map((id) => prover.machine(id));
  const count = (countIn: (machine: Machine) => number): number =>
    machines.reduce((sum, each) => sum + countIn(each), 0);
  const unseen: [Unseen, number][] = [
    ["computed-loops", count((each) => prover.childrenOf(each).computed)],
    ["recursion", count((each) => prover.childrenOf(each).recursive)],
    ["unreached-states", unreachedStates(machine)],
    ["rare-results", rareResults(machine)],
    ["large-limits", count(({ uncounted }) => uncounted)],
  ];
  return {
    states: statesOf(machine).size,
    results: resultsOf(machine),
    subLoops: reached.size - 1,
    steps: finite(bounds.steps),
    ownSteps: bounds.ownSteps,
    timeMs: finite(bounds.timeMs),
    isExact: bounds.isExact,
    unboundedBy: bounds.why,
    isCut: machines.some(({ isCut }) => isCut),
    unseen: unseen.filter(([, number]) => number > 0)
      .map(([what, number]) => ({ what, count: number })),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function statesOf({ situations }: Machine): ReadonlySet<string> {
  return new Set(situations.map(({ state }) => state.name));
}

function resultsOf({ situations, edges }: Machine): number {
  const results = new Set<string>();
  for (const { from, move } of edges.flat()) {
    const state = situations[from]?.state;
    if (move.cause !== "turnout" || state === undefined) continue;
    results.add(`${state.name}\0${move.verdict ?? "\0"}`);
  }
  return results.size;
}

function unreachedStates(machine: Machine): number {
  const { loop } = machine;
  const reached = statesOf(machine);
  const aside = [
    loop.onMaxSteps,
    loop.onMaxIterations,
    loop.circuit?.onRepeatedFailure,
    // The command line may set the budget.
    loop.onBudgetExceeded,
  ];
  return Object.keys(loop.states).filter((name) =>
    !reached.has(name) && !aside.includes(name)
  ).length;
}

function rareResults(machine: Machine): number {
  return findUnrouted(machine).reduce((sum, { situation, verdicts }) => {
    const state = machine.situations[situation]?.state;
    return state === undefined
      ? sum
      : sum + verdicts.filter((word) => !isWorthTelling(state, word)).length;
  }, 0);
}
