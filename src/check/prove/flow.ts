/** Owns which states really follow one another, for rules that look at single states. */

import type { Loop } from "../../model/mod.ts";
import { Graph } from "../graph.ts";
import { type Machine, machineOf, type Step } from "./machine.ts";
import { isHeld } from "./moves.ts";

/**
 * The states of a loop as they follow one another once it runs: by verdicts that their evaluators give, and
 * by the routes that these take. Sub-loops may end in any way. That a judge abstains leads nowhere.
 */
export class Flow {
  readonly machine: Machine;
  readonly graph: Graph;
  /** A step of each pair of states that follow one another. */
  readonly #steps = new Map<string, Step>();
  readonly #targets = new Map<string, Set<string>>();
  readonly #initial: string;

  constructor(loop: Loop) {
    this.machine = machineOf(loop, () => null);
    const { situations, edges } = this.machine;
    this.#initial = loop.initial;
    for (const edge of edges.flat()) {
      const from = situations[edge.from]?.state.name;
      const to = situations[edge.to]?.state.name;
      if (from === undefined || to === undefined || isHeld(edge.move)) continue;
      const known = this.#targets.get(from) ?? new Set();
      this.#targets.set(from, known.add(to));
      const pair = `${from}\0${to}`;
      if (!this.#steps.has(pair)) this.#steps.set(pair, edge);
    }
    const names = Object.keys(loop.states);
    this.graph = new Graph(
      names,
      names.map((name) => [...this.#targets.get(name) ?? []]),
      loop.initial,
    );
  }

  /**
   * Returns a shortest way that goes round without any of `gates`, until the cap of the loop ends it:
   * from the beginning to the state where it comes round, and round to it. `null` where there is none.
   */
  wayToCap(gates: readonly string[]): readonly string[] | null {
    for (const name of this.#reachedAround([this.#initial], gates)) {
      const targets = this.#targets.get(name) ?? [];
      if (!this.#reachedAround([...targets], gates).has(name)) continue;
      const there = this.graph.wayAround(name, gates) ?? [name];
      return [...there, ...this.#wayRound(name, gates)];
    }
    return null;
  }

  #reachedAround(
    starts: readonly string[],
    gates: readonly string[],
  ): ReadonlySet<string> {
    const reached = new Set(starts.filter((name) => !gates.includes(name)));
    for (const name of reached) {
      for (const target of this.#targets.get(name) ?? []) {
        if (!gates.includes(target)) reached.add(target);
      }
    }
    return reached;
  }

  /** The states after `start` on a shortest way back to it. */
  #wayRound(start: string, gates: readonly string[]): readonly string[] {
    const before = new Map<string, string>();
    const queue = [start];
    for (const at of queue) {
      for (const target of this.#targets.get(at) ?? []) {
        if (gates.includes(target) || before.has(target)) continue;
        before.set(target, at);
        if (target !== start) {
          queue.push(target);
          continue;
        }
        const way = [start];
        for (let name = at; name !== start; name = before.get(name) ?? start) {
          way.unshift(name);
        }
        return way;
      }
    }
    return [];
  }

  /** Returns the steps from each state of a way to the next. */
  stepsAlong(way: readonly string[]): readonly Step[] {
    return way.slice(1).flatMap((name, index) => {
      const step = this.#steps.get(`${way[index]}\0${name}`);
      return step === undefined ? [] : [step];
    });
  }
}
