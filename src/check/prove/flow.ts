/** Owns which states really follow one another, for rules that look at single states. */

import type { Loop } from "../../model/mod.ts";
import { Graph } from "../graph.ts";
import { type Machine, machineOf, type Step } from "./machine.ts";

/**
 * The states of a loop as they follow one another once it runs: by verdicts that their evaluators give, and
 * by the routes that these take. Sub-loops may end in any way.
 */
export class Flow {
  readonly machine: Machine;
  readonly graph: Graph;
  /** A step of each pair of states that follow one another. */
  readonly #steps = new Map<string, Step>();

  constructor(loop: Loop) {
    this.machine = machineOf(loop, () => null);
    const { situations, edges } = this.machine;
    const targets = new Map<string, Set<string>>();
    for (const edge of edges.flat()) {
      const from = situations[edge.from]?.state.name;
      const to = situations[edge.to]?.state.name;
      if (from === undefined || to === undefined) continue;
      const known = targets.get(from) ?? new Set();
      targets.set(from, known.add(to));
      const pair = `${from}\0${to}`;
      if (!this.#steps.has(pair)) this.#steps.set(pair, edge);
    }
    const names = Object.keys(loop.states);
    this.graph = new Graph(
      names,
      names.map((name) => [...targets.get(name) ?? []]),
      loop.initial,
    );
  }

  /** Returns the steps from each state of a way to the next. */
  stepsAlong(way: readonly string[]): readonly Step[] {
    return way.slice(1).flatMap((name, index) => {
      const step = this.#steps.get(`${way[index]}\0${name}`);
      return step === undefined ? [] : [step];
    });
  }
}
