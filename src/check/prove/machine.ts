/**
 * Owns the machine that a loop is: every situation that can come about, and what leads from one to
 * the next. A situation is a state with the counters that decide where it leads: its retries, the
 * executions that `throttle` counts, and how often its judge has abstained. Caps over the whole run are not among them: they only cut it short.
 */

import {
  CURRENT_TARGET,
  hasAction,
  type Loop,
  maintainWay,
  own,
  type State,
} from "../../model/mod.ts";
import {
  type ChildEnds,
  isFailure,
  isHeld,
  type Move,
  movesOf,
} from "./moves.ts";
import { isThrottled, throttled } from "./throttled.ts";

/** A counter beyond this is not followed: the state may turn either way from the start. */
export const COUNTED_MAX = 1000;
/** Beyond this many situations nothing is looked at any more. */
const SITUATIONS_MAX = 300_000;

/** A state with its counters. */
export interface Situation {
  readonly state: State;
  /** Consecutive re-entries, for a state with `max_retries`. */
  readonly retries: number;
  /** Executions in a row before this one, for a state with `throttle`. */
  readonly executions: number;
  /** How often in a row its judge has abstained, for one that may. */
  readonly abstained: number;
  /** Whether the time that the loop may take has passed, and has led on: it does so once. */
  readonly isLate: boolean;
  /** Steps of a shortest way to it. */
  readonly depth: number;
  /** The last step of that way; `null` for the first situation. */
  readonly by: Step | null;
}

/** A way out of a situation. */
export interface Step {
  readonly from: number;
  readonly move: Move;
  /** The state whose retries were used up on the way, so that another one was entered instead. */
  readonly exhausted: State | null;
}

/** A way from one situation to the next. */
export interface Edge extends Step {
  /** `-1`: the loop ends without a terminal state. */
  readonly to: number;
}

/** Everything that can come about in one loop. */
export interface Machine {
  readonly loop: Loop;
  /** The first one is the beginning; empty where the loop has none. Nearer ones come first. */
  readonly situations: readonly Situation[];
  /** By the situation that they leave. */
  readonly edges: readonly (readonly Edge[])[];
  /** Counters that were too large to be followed. */
  readonly uncounted: number;
  /** Whether there are more situations than were looked at. */
  readonly isCut: boolean;
}

/** What is known of the ends of a state's sub-loop; `null` where nothing is. */
export type ChildrenEnds = (state: State) => ChildEnds | null;

/** Which ways are looked at. */
export interface MachineOptions {
  /** Leaves out what happens when something cannot be started. @default {false} */
  readonly isUsual?: boolean;
}

/** Machines of loops that run no other ones: rules and proof look at the same one. */
const childless = new WeakMap<Loop, Machine>();

/** Returns the machine that `loop` is. */
export function machineOf(
  loop: Loop,
  endsOf: ChildrenEnds,
  options: MachineOptions = {},
): Machine {
  const isShared = options.isUsual !== true &&
    !Object.values(loop.states).some(({ kind }) => kind === "loop");
  const known = isShared ? childless.get(loop) : undefined;
  if (known !== undefined) return known;
  const machine = new Explorer(loop, endsOf, options).explore();
  if (isShared) childless.set(loop, machine);
  return machine;
}

/** Returns whether a situation is one in which the loop ends as its author meant it. */
export function isEnd(
  { loop }: Pick<Machine, "loop">,
  { state }: Situation,
): boolean {
  return state.terminal && !loop.maintain;
}

class Explorer {
  readonly #loop: Loop;
  readonly #endsOf: ChildrenEnds;
  readonly #situations: Situation[] = [];
  readonly #edges: Edge[][] = [];
  readonly #indexes = new Map<string, number>();
  /** By how often the judge has abstained. */
  readonly #moves = new Map<State, (readonly Move[])[]>();
  readonly #uncounted = new Set<State>();
  readonly #isUsual: boolean;
  #isCut = false;

  constructor(
    loop: Loop,
    endsOf: ChildrenEnds,
    { isUsual = false }: MachineOptions,
  ) {
    this.#loop = loop;
    this.#endsOf = endsOf;
    this.#isUsual = isUsual;
  }

  explore(): Machine {
    const first = own(this.#loop.states, this.#loop.initial);
    if (first !== undefined) {
      const given = { ...UNCOUNTED, isLate: false, depth: 0, by: null };
      this.#indexOf(first, given);
    }
    for (let index = 0; index < this.#situations.length; index++) {
      this.#leave(index);
    }
    return {
      loop: this.#loop,
      situations: this.#situations,
      edges: this.#edges,
      uncounted: this.#uncounted.size,
      isCut: this.#isCut,
    };
  }

  #indexOf(
    state: State,
    given: Omit<Situation, "state">,
  ): number {
    const { retries, executions, abstained, isLate } = given;
    const counters = retries === 0 && executions === 0 && abstained === 0
      ? ""
      : `\0${retries}\0${executions}\0${abstained}`;
    const key = `${state.name}${counters}${isLate ? "\0late" : ""}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    if (this.#situations.length >= SITUATIONS_MAX) {
      this.#isCut = true;
      return -1;
    }
    const index = this.#situations.length;
    this.#indexes.set(key, index);
    this.#situations.push({ state, ...given });
    this.#edges.push([]);
    return index;
  }

  #leave(index: number): void {
    const { state, executions, abstained, isLate } = this
      .#situations[index] as Situation;
    if (state.terminal) {
      if (!this.#loop.maintain) return;
      const { target, by } = maintainWay(this.#loop, state);
      const move: Move = { verdict: null, target, by, cause: "turnout" };
      this.#go(index, move, UNCOUNTED);
      return;
    }
    const count = executions + 1;
    for (const move of this.#movesAt(state, { count, abstained })) {
      if (isLate && move.cause === "time") continue;
      // What is not judged is not counted.
      const hasRun = hasAction(state) && !isFailure(move);
      const counted = {
        executions: hasRun ? count : executions,
        abstained: isHeld(move)
          ? abstained + 1
          : move.cause === "turnout"
          ? 0
          : abstained,
      };
      this.#go(index, move, counted);
      if (
        move.cause === "turnout" &&
        this.#isUncounted(state.throttle?.hardMax, state)
      ) {
        for (const forced of throttled(state)) {
          this.#go(index, forced, { executions: 0, abstained });
        }
      }
    }
  }

  /** The moves of a state whose action runs for the `count`th time in a row, and whose judge has abstained so often. */
  #movesAt(
    state: State,
    { count, abstained }: {
      readonly count: number;
      readonly abstained: number;
    },
  ): readonly Move[] {
    const known = this.#moves.get(state) ?? [];
    this.#moves.set(state, known);
    let moves = known[abstained];
    if (moves === undefined) {
      const child = state.kind === "loop" ? this.#endsOf(state) : null;
      moves = movesOf(this.#loop, state, { child, abstained })
        .filter((move) => !this.#isUsual || !isFailure(move));
      known[abstained] = moves;
    }
    if (!isThrottled(state)) return moves;
    const { hardMax } = state.throttle ?? { hardMax: Infinity };
    if (count < hardMax || hardMax > COUNTED_MAX) return moves;
    const forced = throttled(state);
    if (count === hardMax && forced.length === 0) return moves;
    const failures = moves.filter(isFailure);
    return count === hardMax ? [...failures, ...forced] : [
      ...failures,
      { verdict: null, target: null, by: null, cause: "throttle" },
    ];
  }

  #go(from: number, move: Move, counted: Counted): void {
    const { state, depth } = this.#situations[from] as Situation;
    const target = move.target === null
      ? undefined
      : own(this.#loop.states, move.target);
    if (target === undefined) {
      this.#connect({ from, to: -1, move, exhausted: null });
      return;
    }
    const isAgain = target === state;
    const retries = this.#retriesOf(from, { target, isAgain });
    const { maxRetries } = target;
    const isUsedUp = maxRetries !== null && !target.terminal &&
      retries > maxRetries;
    if (!isUsedUp) {
      this.#land({ from, move, exhausted: null }, target, {
        ...(isAgain ? counted : UNCOUNTED),
        retries,
        depth: depth + 1,
      });
    }
    const isUncounted = isAgain && this.#isUncounted(maxRetries, target);
    if (!isUsedUp && !isUncounted) return;
    const name = target.onRetryExhausted;
    const next = name === null
      ? undefined
      : own(this.#loop.states, name === CURRENT_TARGET ? target.name : name);
    if (next === undefined) {
      this.#connect({ from, to: -1, move, exhausted: target });
      return;
    }
    const isSame = next === target;
    this.#land({ from, move, exhausted: target }, next, {
      ...(isSame && isAgain ? counted : UNCOUNTED),
      retries: isSame && !isUncounted ? 1 : 0,
      depth: depth + 1,
    });
  }

  #land(
    step: Step,
    state: State,
    given: Counted & { readonly retries: number; readonly depth: number },
  ): void {
    const retries = isCounted(state.maxRetries) ? given.retries : 0;
    const executions = isThrottled(state) && isCounted(state.throttle?.hardMax)
      ? given.executions
      : 0;
    const { depth, abstained } = given;
    const { isLate = false } = this.#situations[step.from] ?? {};
    const to = this.#indexOf(state, {
      retries,
      executions,
      abstained,
      isLate: isLate || step.move.cause === "time",
      depth,
      by: step,
    });
    this.#connect({ ...step, to });
  }

  #connect(edge: Edge): void {
    this.#edges[edge.from]?.push(edge);
  }

  #retriesOf(
    from: number,
    { target, isAgain }: { target: State; isAgain: boolean },
  ): number {
    if (!isAgain || !isCounted(target.maxRetries)) return 0;
    return (this.#situations[from]?.retries ?? 0) + 1;
  }

  #isUncounted(limit: number | null | undefined, state: State): boolean {
    const isUncounted = typeof limit === "number" && limit > COUNTED_MAX;
    if (isUncounted) this.#uncounted.add(state);
    return isUncounted;
  }
}

/** What of a state's counters goes on when it is entered again at once, its retries aside. */
type Counted = Pick<Situation, "executions" | "abstained">;

const UNCOUNTED = { retries: 0, executions: 0, abstained: 0 };

function isCounted(limit: number | null | undefined): boolean {
  return typeof limit === "number" && limit <= COUNTED_MAX;
}
