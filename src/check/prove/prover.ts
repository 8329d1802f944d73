/** Owns proving a loop together with the loops that it runs. */

import {
  type Definitions,
  type Loop,
  own,
  type State,
} from "../../model/mod.ts";
import { isStaticLoopName } from "../../load/mod.ts";
import { callsAgent } from "../calls_agent.ts";
import { type Bounds, boundsOf, type Weight, type Why } from "./bounds.ts";
import { capsOf } from "./caps.ts";
import {
  isEnd,
  type Machine,
  machineOf,
  type MachineOptions,
  type Situation,
} from "./machine.ts";
import type { ChildEnds } from "./moves.ts";
import { visitTimeOf } from "./visit_time.ts";

/** What is known of one loop. */
export interface Proof {
  readonly machine: Machine;
  readonly bounds: Bounds;
}

/** Proves loops, each once. One belongs to one set of definitions. */
export class Prover {
  readonly #definitions: Definitions;
  readonly #bounds = new Map<string, Bounds>();
  readonly #machines = new Map<string, Machine>();
  /** Machines in which everything can be started. */
  readonly #usual = new Map<string, Machine>();
  /** Loops that are being looked at: one that is among them runs itself. */
  readonly #open = new Set<string>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** Returns the machine of a loop; what its sub-loops can end with is known where they do not run it. */
  machine(id: string): Machine {
    const known = this.#machines.get(id);
    if (known !== undefined) return known;
    const machine = this.#explore(id, { isUsual: false });
    this.#machines.set(id, machine);
    return machine;
  }

  /** Returns what is known of a loop. */
  proof(id: string): Proof {
    const machine = this.machine(id);
    const bounds = this.#boundsOf(id);
    if (bounds === null) throw new RangeError(`Loop "${id}" is in hand`);
    return { machine, bounds };
  }

  /** Returns the loop, and every loop that it may run, each once. */
  reachedFrom(id: string): readonly string[] {
    const reached = new Set([id]);
    for (const each of reached) {
      for (const { state } of this.machine(each).situations) {
        const child = this.childOf(this.#loop(each), state);
        if (child !== null) reached.add(child);
      }
    }
    return [...reached];
  }

  /** Returns how many states run loops that nothing is known of, and why. */
  childrenOf(
    { loop, situations }: Machine,
  ): { readonly computed: number; readonly recursive: number } {
    const states = new Set(
      situations.map(({ state }) => state)
        .filter(({ kind, terminal }) => kind === "loop" && !terminal),
    );
    let computed = 0;
    let recursive = 0;
    for (const state of states) {
      const child = this.childOf(loop, state);
      if (child === null) computed++;
      else if (this.reachedFrom(child).includes(loop.id)) recursive++;
    }
    return { computed, recursive };
  }

  /** Returns the id of the loop that a state runs; `null` where only a run can tell. */
  childOf(loop: Loop, state: State): string | null {
    if (state.loop === null || !isStaticLoopName(state.loop)) return null;
    const id = own(this.#definitions.names[loop.id] ?? {}, state.loop) ?? null;
    return id !== null && Object.hasOwn(this.#definitions.loops, id)
      ? id
      : null;
  }

  #loop(id: string): Loop {
    const loop = own(this.#definitions.loops, id);
    if (loop === undefined) throw new RangeError(`No loop "${id}"`);
    return loop;
  }

  #explore(id: string, options: MachineOptions): Machine {
    const loop = this.#loop(id);
    this.#open.add(id);
    const machine = machineOf(loop, (state) => {
      const child = this.childOf(loop, state);
      return child === null || this.#open.has(child)
        ? null
        : this.#endsOf(child, state);
    }, options);
    this.#open.delete(id);
    return machine;
  }

  /** How a sub-loop can end for the state that runs it. */
  #endsOf(id: string, state: State): ChildEnds {
    const machine = this.machine(id);
    const { loop } = machine;
    const usual = this.#usual.get(id) ?? this.#explore(id, { isUsual: true });
    this.#usual.set(id, usual);
    const limits = loop.timeoutMs || state.timeoutMs ? ["timeout"] : [];
    const verdicts = new Set([...verdictsOf(usual), ...limits]);
    const failures = verdictsOf(machine);
    for (const verdict of verdicts) failures.delete(verdict);
    const mayNotStart = Object.keys(state.with).length > 0 ||
      state.worktree !== null || loop.requiredInputs.length > 0;
    const callsAgent = this.#mayCallAgent(id);
    return { verdicts, failures, mayNotStart, callsAgent };
  }

  /** Whether a loop, or one that it runs, may call an agent, as far as it is known what it runs. */
  #mayCallAgent(id: string): boolean {
    const seen = new Set([id]);
    for (const each of seen) {
      const loop = this.#loop(each);
      for (const state of Object.values(loop.states)) {
        if (callsAgent(state, loop)) return true;
        if (state.kind !== "loop") continue;
        const child = this.childOf(loop, state);
        if (child === null) return true;
        seen.add(child);
      }
    }
    return false;
  }

  /** Returns the worst case of a loop; `null` where it is being looked at: it runs itself. */
  #boundsOf(id: string): Bounds | null {
    const known = this.#bounds.get(id);
    if (known !== undefined) return known;
    if (this.#open.has(id)) return null;
    const machine = this.machine(id);
    this.#open.add(id);
    const bounds = boundsOf(
      machine,
      (state) => this.#weightOf(machine.loop, state),
    );
    this.#open.delete(id);
    this.#bounds.set(id, bounds);
    return bounds;
  }

  #weightOf(loop: Loop, state: State): Weight {
    const { actionMs, judgingMs } = visitTimeOf(loop, state);
    const why = (reason: Why["reason"]): Why => ({
      loop: loop.name,
      state: state.name,
      reason,
    });
    if (state.kind !== "loop") {
      const isBounded = actionMs + judgingMs < Infinity;
      return {
        steps: 1,
        actionMs,
        judgingMs,
        // No agent fails at the very end of each call.
        isExact: !callsAgent(state, loop),
        why: isBounded ? null : why("no-time-limit"),
      };
    }
    const limitMs = state.timeoutMs || Infinity;
    const id = this.childOf(loop, state);
    const bounds = id === null ? null : this.#boundsOf(id);
    if (bounds === null) {
      return {
        steps: Infinity,
        actionMs: limitMs,
        judgingMs,
        isExact: false,
        why: why(id === null ? "computed-loop" : "runs-itself"),
      };
    }
    return {
      steps: 1 + bounds.steps,
      actionMs: Math.min(bounds.timeMs, limitMs),
      judgingMs,
      // How long it takes may hang together with how it ends.
      isExact: false,
      why: bounds.why,
    };
  }
}

/** Returns how a loop can end for the state that runs it, time limits aside. */
function verdictsOf(machine: Machine): Set<string> {
  const { loop, situations, edges } = machine;
  const verdicts = new Set<string>();
  const addEnd = ({ state }: Situation) =>
    verdicts.add(state.failure ? "no" : "yes");
  const [first] = situations;
  if (first !== undefined && isEnd(machine, first)) addEnd(first);
  for (const { from, to, move, exhausted } of edges.flat()) {
    const steps = (situations[from]?.depth ?? 0) + 1;
    // What is further away is cut off by the cap, which comes before retries that are used up.
    const isCut = steps > loop.maxSteps ||
      (exhausted !== null && steps === loop.maxSteps);
    if (isCut) continue;
    const target = situations[to];
    if (target === undefined) {
      verdicts.add(move.cause === "circuit" ? "no" : "error");
    } else if (isEnd(machine, target)) addEnd(target);
  }
  const { hitsCap, hitsEdgeCap } = capsOf(machine);
  if (hitsCap) verdicts.add("timeout");
  if (hitsEdgeCap) verdicts.add("no");
  return verdicts;
}
