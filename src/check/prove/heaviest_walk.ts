/** Owns finding the walk through a graph that weighs the most, counted in two ways at once. */

import { strongComponents } from "./strong_components.ts";

/** One way between two nodes, or out of the graph. */
export interface WeighedWay {
  readonly from: number;
  /** `-1` leads out. */
  readonly to: number;
  readonly steps: number;
  readonly timeMs: number;
  /** What is added where this is the last way that a limit allows. */
  readonly last: { readonly steps: number; readonly timeMs: number };
}

/** Two weights that are looked at apart: no one walk need have both. */
export interface Heaviest {
  readonly steps: number;
  readonly timeMs: number;
}

/** A graph with weights on its ways; walks begin at node 0. */
export class WeighedGraph {
  readonly #nodes: number;
  /** In the order of the nodes that they leave. */
  readonly #ways: readonly WeighedWay[];
  /** Where the ways of each node begin in {@linkcode WeighedGraph.#ways}. */
  readonly #starts: Int32Array;
  readonly #parts: readonly number[];
  readonly #isCyclic: boolean;

  constructor(nodes: number, ways: readonly WeighedWay[]) {
    this.#nodes = nodes;
    this.#ways = ways;
    this.#starts = new Int32Array(nodes + 1);
    const edges: number[][] = Array.from({ length: nodes }, () => []);
    for (const { from, to } of ways) {
      this.#starts[from + 1] = (this.#starts[from + 1] ?? 0) + 1;
      if (to >= 0) edges[from]?.push(to);
    }
    for (let at = 0; at < nodes; at++) {
      this.#starts[at + 1] = (this.#starts[at + 1] ?? 0) +
        (this.#starts[at] ?? 0);
    }
    this.#parts = strongComponents(edges);
    const sizes: number[] = [];
    for (const part of this.#parts) sizes[part] = (sizes[part] ?? 0) + 1;
    this.#isCyclic = edges.some((targets, at) =>
      targets.includes(at) || (sizes[this.#parts[at] ?? 0] ?? 0) > 1
    );
  }

  /** Returns how many ways the longest walk takes; `Infinity` where one can go round for ever. */
  get longest(): number {
    return this.#isCyclic ? Infinity : this.#heaviest(() => 1);
  }

  /** Returns the heaviest of all walks; only for a graph in which nothing goes round. */
  whole(): Heaviest {
    return {
      steps: this.#heaviest(({ steps }) => steps),
      timeMs: this.#heaviest(({ timeMs }) => timeMs),
    };
  }

  /** How much work {@linkcode WeighedGraph.limited} is. */
  workOf(limit: number): number {
    return limit * this.#ways.length;
  }

  /** Returns the heaviest of all walks of at most `limit` ways. */
  limited(limit: number): Heaviest {
    const targets = Int32Array.from(this.#ways, ({ to }) => to);
    const weigh = (
      weightOf: (way: WeighedWay) => number,
      lastOf: (way: WeighedWay) => number,
    ): number => {
      const weights = Float64Array.from(this.#ways, weightOf);
      const lasts = Float64Array.from(this.#ways, lastOf);
      let best = new Float64Array(this.#nodes);
      let next = new Float64Array(this.#nodes);
      for (let left = 1; left <= limit; left++) {
        let isStable = left > 1;
        for (let at = 0; at < this.#nodes; at++) {
          let most = 0;
          const end = this.#starts[at + 1] ?? 0;
          for (let i = this.#starts[at] ?? 0; i < end; i++) {
            const to = targets[i] ?? -1;
            const rest = left === 1 ? lasts[i] : to < 0 ? 0 : best[to];
            const weight = (weights[i] ?? 0) + (rest ?? 0);
            if (weight > most) most = weight;
          }
          if (most !== best[at]) isStable = false;
          next[at] = most;
        }
        [best, next] = [next, best];
        if (isStable) break;
      }
      return best[0] ?? 0;
    };
    return {
      steps: weigh((way) => way.steps, (way) => way.last.steps),
      timeMs: weigh((way) => way.timeMs, (way) => way.last.timeMs),
    };
  }

  /** Returns what no walk of at most `limit` ways exceeds, from the heaviest ways alone. */
  estimated(limit: number): Heaviest {
    const most = (weightOf: (way: WeighedWay) => number): number =>
      this.#ways.reduce((max, way) => Math.max(max, weightOf(way)), 0);
    return {
      steps: limit * most((way) => way.steps) + most((way) => way.last.steps),
      timeMs: limit * most((way) => way.timeMs) +
        most((way) => way.last.timeMs),
    };
  }

  #heaviest(weightOf: (way: WeighedWay) => number): number {
    const order = Array.from({ length: this.#nodes }, (_, at) => at)
      .sort((a, b) => (this.#parts[a] ?? 0) - (this.#parts[b] ?? 0));
    const best = new Float64Array(this.#nodes);
    for (const at of order) {
      const end = this.#starts[at + 1] ?? 0;
      for (let i = this.#starts[at] ?? 0; i < end; i++) {
        const way = this.#ways[i];
        if (way === undefined) continue;
        const rest = way.to < 0 ? 0 : best[way.to] ?? 0;
        best[at] = Math.max(best[at] ?? 0, weightOf(way) + rest);
      }
    }
    return best[0] ?? 0;
  }
}
