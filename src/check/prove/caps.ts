/** Owns which caps over a whole loop a run of it can reach. */

import type { Loop } from "../../model/mod.ts";
import { WeighedGraph, type WeighedWay } from "./heaviest_walk.ts";
import { isEnd, type Machine } from "./machine.ts";

/** The caps that a run can reach. */
export interface Caps {
  /** Steps of the longest run without any cap; `Infinity` where it may go round for ever. */
  readonly longest: number;
  /** Whether a run can end by `max_steps`, or by the cap on its passes. */
  readonly hitsCap: boolean;
  /** Whether a run may end by `max_edge_revisits`. */
  readonly hitsEdgeCap: boolean;
}

/** Returns the caps that the runs of a machine can reach. */
export function capsOf(machine: Machine): Caps {
  const { loop, situations, edges } = machine;
  const ways = edges.flat().map(({ from, to }): WeighedWay => {
    const target = situations[to];
    const isOver = target === undefined || isEnd(machine, target);
    return { from, to: isOver ? -1 : to, ...ONE, last: ONE };
  });
  const { longest } = new WeighedGraph(situations.length, ways);
  return {
    longest,
    // The cap counts before retries do: what uses them up on the last step is held up by it.
    hitsCap: longest > loop.maxSteps || isPassCapped(loop) ||
      (longest === loop.maxSteps &&
        edges.flat().some(({ exhausted }) => exhausted !== null)),
    hitsEdgeCap: Math.min(loop.maxSteps, longest) > loop.maxEdgeRevisits,
  };
}

/** Returns whether a loop counts how often it starts again. */
export function isPassCapped({ maintain, maxIterations }: Loop): boolean {
  return maintain && maxIterations !== null;
}

const ONE = { steps: 1, timeMs: 0 };
