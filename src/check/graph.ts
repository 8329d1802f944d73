/** Owns which states lead where, and what cannot be reached without what. */

import {
  CURRENT_TARGET,
  isJsonObject,
  type JsonObject,
  type Loop,
} from "../model/mod.ts";
import { entry, readMap } from "../load/mod.ts";
import { targetsOf } from "./targets_of.ts";

/** The states of a loop as numbers, with their edges. */
export class Graph {
  readonly names: readonly string[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #edges: readonly (readonly number[])[];
  readonly #initial: number;
  readonly #reached = new Map<string, Uint8Array>();
  #dominators: readonly (number | undefined)[] | null = null;

  /** `targets` are those of each of `names`; what is not among these is left out. */
  constructor(
    names: readonly string[],
    targets: readonly (readonly string[])[],
    initial: string,
  ) {
    this.names = names;
    this.#indexes = new Map(names.map((name, index) => [name, index]));
    this.#initial = this.#indexes.get(initial) ?? -1;
    this.#edges = targets.map((each) =>
      each.map((target) => this.#indexes.get(target))
        .filter((index) => index !== undefined)
    );
  }

  /** Returns the states that can be reached from the initial one and from `seeds`. */
  reachable(seeds: readonly string[]): ReadonlySet<string> {
    const marks = this.#walk(
      [this.#initial, ...seeds.map((name) => this.#indexes.get(name) ?? -1)],
      new Set(),
    );
    return new Set(this.names.filter((_, index) => marks[index] === 1));
  }

  /** Returns whether a state can come back to itself, its own way to itself by `$current` left aside. */
  isInCycle(name: string): boolean {
    return this.leadsTo(name, name);
  }

  /** Returns whether some way leads from a state to another one, or back to itself. */
  leadsTo(from: string, to: string): boolean {
    const start = this.#indexes.get(from) ?? -1;
    return this.#walk(this.#edges[start] ?? [], new Set())[
      this.#indexes.get(to) ?? -1
    ] === 1;
  }

  /** Returns whether every way from the initial state to `name` leads through one of `gates`. */
  isGuarded(name: string, gates: readonly string[]): boolean {
    if (gates.includes(name)) return true;
    const [only] = gates;
    if (gates.length === 1 && only !== undefined) {
      return this.#isDominated(name, only);
    }
    const key = gates.join("\n");
    let marks = this.#reached.get(key);
    if (marks === undefined) {
      marks = this.#walk([this.#initial], this.#indexesOf(gates));
      this.#reached.set(key, marks);
    }
    return marks[this.#indexes.get(name) ?? -1] !== 1;
  }

  /** Returns a shortest way from the initial state to `name` around `gates`; `null` when there is none. */
  wayAround(name: string, gates: readonly string[]): readonly string[] | null {
    const end = this.#indexes.get(name);
    const blocked = this.#indexesOf(gates);
    if (end === undefined || this.#initial < 0 || blocked.has(this.#initial)) {
      return null;
    }
    const before = new Map<number, number>([[this.#initial, -1]]);
    const queue = [this.#initial];
    for (const at of queue) {
      if (at === end) break;
      for (const next of this.#edges[at] ?? []) {
        if (before.has(next) || blocked.has(next)) continue;
        before.set(next, at);
        queue.push(next);
      }
    }
    if (!before.has(end)) return null;
    const way: string[] = [];
    for (let at = end; at >= 0; at = before.get(at) ?? -1) {
      way.push(this.names[at] ?? "");
    }
    return way.reverse();
  }

  /** One gate is looked up in the tree of dominators, which is made once. */
  #isDominated(name: string, gate: string): boolean {
    const parents = this.#dominators ??= dominatorsOf(
      this.#edges,
      this.#initial,
    );
    const end = this.#indexes.get(gate) ?? -1;
    let at = this.#indexes.get(name) ?? -1;
    if (parents[at] === undefined) return true;
    while (at !== end) {
      const parent = parents[at];
      if (parent === undefined || parent === at) return false;
      at = parent;
    }
    return true;
  }

  #indexesOf(names: readonly string[]): Set<number> {
    return new Set(names.map((name) => this.#indexes.get(name) ?? -1));
  }

  #walk(
    starts: readonly number[],
    blocked: ReadonlySet<number>,
  ): Uint8Array {
    const marks = new Uint8Array(this.names.length);
    const queue = starts.filter((index) => index >= 0 && !blocked.has(index));
    for (const start of queue) marks[start] = 1;
    for (const at of queue) {
      for (const next of this.#edges[at] ?? []) {
        if (marks[next] === 1 || blocked.has(next)) continue;
        marks[next] = 1;
        queue.push(next);
      }
    }
    return marks;
  }
}

/** Returns the states of a loop with every way that is written, whether a verdict takes it or not. */
export function graphOf(loop: Loop, document: JsonObject): Graph {
  const states = readMap(document, "states");
  const targets = Object.values(loop.states).map((state) => {
    const map = entry(states, state.name);
    return (isJsonObject(map) ? targetsOf(state, map) : [])
      .map(({ target }) => target)
      .filter((target) => target !== CURRENT_TARGET);
  });
  return new Graph(Object.keys(loop.states), targets, loop.initial);
}

/**
 * Returns the immediate dominator of each node that can be reached from `start`, which is
 * its own; `undefined` for the others. After Cooper, Harvey and Kennedy.
 */
function dominatorsOf(
  edges: readonly (readonly number[])[],
  start: number,
): readonly (number | undefined)[] {
  const parents: (number | undefined)[] = new Array(edges.length);
  if (start < 0) return parents;
  const { order, rank } = postorder(edges, start);
  const before: number[][] = edges.map(() => []);
  for (const at of order) {
    for (const next of edges[at] ?? []) before[next]?.push(at);
  }
  parents[start] = start;
  const meet = (a: number, b: number): number => {
    while (a !== b) {
      while ((rank[a] ?? 0) < (rank[b] ?? 0)) a = parents[a] ?? start;
      while ((rank[b] ?? 0) < (rank[a] ?? 0)) b = parents[b] ?? start;
    }
    return a;
  };
  for (let isStable = false; !isStable;) {
    isStable = true;
    for (let index = order.length - 2; index >= 0; index--) {
      const at = order[index] ?? start;
      let parent: number | undefined;
      for (const from of before[at] ?? []) {
        if (parents[from] === undefined) continue;
        parent = parent === undefined ? from : meet(parent, from);
      }
      if (parents[at] !== parent) {
        parents[at] = parent;
        isStable = false;
      }
    }
  }
  return parents;
}

function postorder(
  edges: readonly (readonly number[])[],
  start: number,
): { order: readonly number[]; rank: readonly number[] } {
  const order: number[] = [];
  const rank: number[] = new Array(edges.length).fill(-1);
  const seen = new Uint8Array(edges.length);
  const stack = [{ at: start, edge: 0 }];
  seen[start] = 1;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = (edges[top.at] ?? [])[top.edge++];
    if (next === undefined) {
      rank[top.at] = order.length;
      order.push(top.at);
      stack.pop();
    } else if (seen[next] === 0) {
      seen[next] = 1;
      stack.push({ at: next, edge: 0 });
    }
  }
  return { order, rank };
}
