/** Loops made by the thousand: all small ones, and random larger ones. Plain definitions, without a file. */

import type {
  Definitions,
  Loop,
  State,
  StateKind,
} from "../../src/model/mod.ts";
import { DEFAULT_EVALUATE } from "../../src/model/mod.ts";
import { definitionsOf } from "./definitions.ts";

/** Whatever a loop and a state have that say nothing. */
const PATTERN = definitionsOf("a: { next: done }");
const LOOP = Object.values(PATTERN.loops)[0] as Loop;
const STATE: State = { ...LOOP.states["a"] as State, next: null };

/** Returns a state of which only what matters is said. */
export function machineState(
  name: string,
  given: Partial<State> & { readonly kind: StateKind },
): State {
  const action = given.kind === "none" || given.kind === "loop" ? null : ":";
  return { ...STATE, name, action, ...given };
}

/** Returns definitions of a loop with these states, and of its sub-loops by name. */
export function machineDefinitions(
  states: readonly State[],
  given: Partial<Loop> = {},
  children: Readonly<Record<string, Loop>> = {},
): Definitions {
  const loop = machineLoop("a", states, given);
  return {
    root: loop.id,
    loops: {
      [loop.id]: loop,
      ...Object.fromEntries(
        Object.values(children).map((child) => [child.id, child]),
      ),
    },
    names: {
      [loop.id]: Object.fromEntries(
        Object.entries(children).map(([name, child]) => [name, child.id]),
      ),
    },
  };
}

/** Returns a loop that begins with the first of `states`. */
export function machineLoop(
  name: string,
  states: readonly State[],
  given: Partial<Loop> = {},
): Loop {
  return {
    ...LOOP,
    id: `/p/.loops/${name}.yaml`,
    name,
    initial: states[0]?.name ?? "",
    states: Object.fromEntries(states.map((state) => [state.name, state])),
    ...given,
  };
}

const WORDS = ["yes", "no", "error"];
/** What a model says; where the first one has no route of its own its judge abstains. */
const MODEL_WORDS = [
  "cannot_judge",
  "yes",
  "no",
  "partial",
  "blocked",
  "error",
];

/**
 * Gives every machine of `count` states, each with three verdicts that lead to any state or nowhere,
 * or terminal. Machines that differ only in the names of states or verdicts are given once, and those
 * in which not every state can be reached are smaller ones.
 */
export function* smallMachines(count: number): Generator<Definitions> {
  const names = Array.from({ length: count }, (_, at) => `s${at}`);
  const rows = rowsOf(count);
  const orders = permutations(count);
  const chosen: number[] = new Array(count).fill(0);
  for (let more = true; more;) {
    const machine = chosen.map((row) => rows[row] ?? null);
    if (reachesAll(machine) && isFirst(machine, orders)) {
      const states = machine.map((row, at) => stateOf(names, at, row));
      yield machineDefinitions(states, { maxSteps: 4 });
    }
    more = false;
    for (let at = 0; at < count && !more; at++) {
      const next = (chosen[at] ?? 0) + 1;
      more = next < rows.length;
      chosen[at] = more ? next : 0;
    }
  }
}

/** Where each verdict of a state leads, `-1` nowhere; `null` is a terminal state. */
type Row = readonly number[] | null;

/** Verdicts can be exchanged for one another: only ascending rows count. */
function rowsOf(count: number): Row[] {
  const rows: Row[] = [null];
  for (let a = -1; a < count; a++) {
    for (let b = a; b < count; b++) {
      for (let c = b; c < count; c++) rows.push([a, b, c]);
    }
  }
  return rows;
}

function stateOf(names: readonly string[], at: number, row: Row): State {
  const name = names[at] ?? "";
  if (row === null) return machineState(name, { kind: "none", terminal: true });
  const routes = row.flatMap((target, index): [string, string][] =>
    target < 0 ? [] : [[WORDS[index] ?? "", names[target] ?? ""]]
  );
  return machineState(name, {
    kind: "shell",
    route: Object.fromEntries(routes),
  });
}

function reachesAll(machine: readonly Row[]): boolean {
  const seen = new Set([0]);
  for (const at of seen) {
    for (const target of machine[at] ?? []) if (target >= 0) seen.add(target);
  }
  return seen.size === machine.length;
}

/** Orders of all states but the first, which is where the loop begins. */
function permutations(count: number): readonly (readonly number[])[] {
  const extend = (order: readonly number[]): (readonly number[])[] =>
    order.length === count
      ? [order]
      : Array.from({ length: count }, (_, at) => at)
        .filter((at) => !order.includes(at)).flatMap((at) =>
          extend([...order, at])
        );
  return extend([0]);
}

/** Whether no other order of the states gives a machine that comes before. */
function isFirst(
  machine: readonly Row[],
  orders: readonly (readonly number[])[],
): boolean {
  const own = wordOf(machine);
  return orders.every((order) => {
    const renamed: Row[] = [];
    for (const [at, row] of machine.entries()) {
      renamed[order[at] ?? 0] = row === null
        ? null
        : row.map((target) => target < 0 ? -1 : order[target] ?? 0).sort();
    }
    return wordOf(renamed) >= own;
  });
}

function wordOf(machine: readonly Row[]): string {
  return machine.map((row) =>
    row === null ? "T" : row.map((each) => each + 1).join("")
  ).join(" ");
}

/** Returns numbers from 0 below 1 that are the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns the machine of a seed: up to eight states of any kind, with judges, limits and sub-loops. */
export function randomMachine(seed: number): Definitions {
  const dice = new Dice(randomNumbers(seed));
  const childCount = dice.upTo(2);
  const children: Record<string, Loop> = {};
  for (let at = 0; at < childCount; at++) {
    const name = `child${at}`;
    children[name] = machineLoop(
      name,
      dice.states(1 + dice.upTo(2), []),
      dice.loopKeys([]),
    );
  }
  const states = dice.states(2 + dice.upTo(6), Object.keys(children));
  return machineDefinitions(states, dice.loopKeys(states), children);
}

class Dice {
  readonly #next: () => number;

  constructor(next: () => number) {
    this.#next = next;
  }

  /** A whole number from 0 to `most`. */
  upTo(most: number): number {
    return Math.floor(this.#next() * (most + 1));
  }

  /** Whether something is so that is in one case of `cases`. */
  oneIn(cases: number): boolean {
    return this.upTo(cases - 1) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.upTo(items.length - 1)] as T;
  }

  states(count: number, children: readonly string[]): readonly State[] {
    const names = Array.from({ length: count }, (_, at) => `s${at}`);
    const ends = [
      machineState("done", { kind: "none", terminal: true }),
      machineState("bad", { kind: "none", terminal: true, failure: true }),
    ];
    const targets = [...names, ...names, "done", "bad"];
    return [
      ...names.map((name) => this.#state(name, { targets, children })),
      ...ends,
    ];
  }

  loopKeys(states: readonly State[]): Partial<Loop> {
    const names = states.map(({ name }) => name);
    return {
      maxSteps: 1 + this.upTo(5),
      maxEdgeRevisits: this.oneIn(6) ? 1 + this.upTo(2) : 100,
      backoffMs: this.oneIn(3) ? 500 : 0,
      maintain: this.oneIn(10),
      maxIterations: this.oneIn(10) ? 1 + this.upTo(2) : null,
      timeoutMs: this.oneIn(6) ? 5000 + 1000 * this.upTo(60) : null,
      onMaxSteps: names.length > 0 && this.oneIn(5) ? this.pick(names) : null,
      circuit: this.oneIn(12)
        ? {
          window: 2,
          onRepeatedFailure: names.length > 0 && this.oneIn(2)
            ? this.pick(names)
            : "abort",
          progressPaths: [],
          recurrentWindow: null,
          failuresOnly: false,
        }
        : null,
    };
  }

  #state(
    name: string,
    from: {
      readonly targets: readonly string[];
      readonly children: readonly string[];
    },
  ): State {
    const target = () => this.oneIn(12) ? "$current" : this.pick(from.targets);
    const limits: Partial<State> = {
      timeoutMs: 1000 * (1 + this.upTo(9)),
      ...(this.oneIn(5)
        ? { maxRetries: 1 + this.upTo(2), onRetryExhausted: target() }
        : {}),
      ...(this.oneIn(6)
        ? {
          throttle: { normalMax: 1, warnMax: 1, hardMax: 2 + this.upTo(1) },
          onThrottleHard: this.oneIn(2) ? target() : null,
        }
        : {}),
      ...(this.oneIn(8) ? { retryableExitCodes: [2 + this.upTo(1)] } : {}),
      ...(this.oneIn(8) ? { onMaintain: target() } : {}),
    };
    const on = (words: readonly string[]) =>
      Object.fromEntries(
        words.filter(() => !this.oneIn(5)).map((word) => [word, target()]),
      );
    switch (this.upTo(from.children.length > 0 ? 7 : 6)) {
      case 0:
        return machineState(name, { ...limits, kind: "none", next: target() });
      case 1:
        return machineState(name, {
          ...limits,
          kind: "shell",
          next: target(),
          on: this.oneIn(2) ? { error: target() } : {},
        });
      case 2:
        return machineState(name, {
          ...limits,
          kind: "shell",
          route: {
            ...on(WORDS),
            ...(this.oneIn(3) ? { _: target() } : {}),
            ...(this.oneIn(3) ? { _error: target() } : {}),
          },
          on: this.oneIn(4) ? { error: target() } : {},
        });
      case 3:
        return machineState(name, {
          ...limits,
          kind: "none",
          on: on(["yes", "no", "tie", "no_baseline", "error"]),
          evaluate: {
            ...DEFAULT_EVALUATE,
            at: STATE.at,
            type: "comparator",
          },
        });
      case 4:
        return machineState(name, {
          ...limits,
          kind: "prompt",
          on: on(this.oneIn(3) ? MODEL_WORDS : MODEL_WORDS.slice(1)),
        });
      case 5:
        return machineState(name, {
          ...limits,
          kind: this.oneIn(2) ? "prompt" : "shell",
          evaluate: {
            ...DEFAULT_EVALUATE,
            at: STATE.at,
            type: "llm_structured",
          },
          route: {
            ...on(this.oneIn(4) ? MODEL_WORDS : ["yes", "no"]),
            ...(this.oneIn(2) ? { _: target() } : {}),
            ...(this.oneIn(2) ? { _error: target() } : {}),
          },
        });
      case 7:
        return machineState(name, {
          ...limits,
          kind: "loop",
          timeoutMs: this.oneIn(3) ? 4000 : null,
          loop: this.pick(from.children),
          on: on(["yes", "no", "error", "timeout"]),
        });
      default:
        return machineState(name, { ...limits, kind: "shell", on: on(WORDS) });
    }
  }
}

/** Returns a machine as far as it differs from one that says nothing, a line for each loop and state. */
export function shapeOf({ loops }: Definitions): string {
  const shape = (item: object, pattern: object) =>
    JSON.stringify(Object.fromEntries(
      Object.entries(item).filter(([key, value]) =>
        key !== "states" &&
        JSON.stringify(value) !==
          JSON.stringify((pattern as Record<string, unknown>)[key])
      ),
    ));
  return Object.values(loops).flatMap((loop) => [
    shape(loop, LOOP),
    ...Object.values(loop.states).map((state) => `  ${shape(state, STATE)}`),
  ]).join("\n");
}
