/** Owns shortest ways through a machine. */

import type { Edge, Machine, Situation, Step } from "./machine.ts";

/** Returns the steps of a shortest way from the beginning to a situation. */
export function wayTo({ situations }: Machine, index: number): readonly Step[] {
  const way: Step[] = [];
  for (let step = situations[index]?.by ?? null; step !== null;) {
    way.push(step);
    step = situations[step.from]?.by ?? null;
  }
  return way.reverse();
}

/**
 * Returns a shortest way from `start` back to it, along edges that `isOpen` lets
 * through; `null` where there is none.
 */
export function wayRound(
  machine: Machine,
  start: number,
  isOpen: (edge: Edge) => boolean,
): readonly Step[] | null {
  const before = new Map<number, Edge>();
  const queue = [start];
  for (const at of queue) {
    for (const edge of machine.edges[at] ?? []) {
      if (!isOpen(edge)) continue;
      if (edge.to === start) return [...unwind(before, at, start), edge];
      if (edge.to < 0 || before.has(edge.to)) continue;
      before.set(edge.to, edge);
      queue.push(edge.to);
    }
  }
  return null;
}

function unwind(
  before: ReadonlyMap<number, Edge>,
  end: number,
  start: number,
): readonly Edge[] {
  const way: Edge[] = [];
  for (let at = end; at !== start;) {
    const edge = before.get(at);
    if (edge === undefined) break;
    way.push(edge);
    at = edge.from;
  }
  return way.reverse();
}

/** Returns the states of a situation and of those that steps lead to from there, in order. */
export function statesOf(
  { situations }: Pick<Machine, "situations">,
  way: readonly Step[],
  end: Pick<Situation, "state">,
): readonly string[] {
  return [
    ...way.map(({ from }) => situations[from]?.state.name ?? ""),
    end.state.name,
  ];
}
