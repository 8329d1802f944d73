/** Owns the way that a run took, from its events: transitions, states, and its steps in bounded room. */

import { ROOT_FRAME, type RunEvent } from "../model/mod.ts";
import { formatExitOf, verdictTone } from "./evaluation.ts";

/** One state that was entered, and what came of it; `null` where there was none. */
export interface PathStep {
  /** Nesting of its loop; 0 is the started one. */
  readonly depth: number;
  /** Number of the step in its loop, from 1. */
  readonly step: number;
  readonly state: string;
  /** From its entry to the last thing that happened in it. */
  readonly tookMs: number;
  /** How its action ended: `exit 2`, `timed out`, empty for exit code 0. */
  readonly exit: string | null;
  readonly verdict: string | null;
  readonly to: string | null;
}

/** An action that failed, or whose output was judged bad. */
export interface FailedStep {
  readonly state: string;
  /** Name of its loop. */
  readonly loop: string;
  /** How it ended, as in {@linkcode PathStep}. */
  readonly exit: string;
  readonly verdict: string | null;
  /** What it printed last, as far as its event tells. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Steps that are kept from the beginning and from the end. */
const FIRST_STEPS = 20;
const LAST_STEPS = 80;

type Draft = { -readonly [key in keyof PathStep]: PathStep[key] } & {
  readonly enteredMs: number;
};

/** Collects the way of one run. */
export class RunPath {
  readonly #first: Draft[] = [];
  readonly #last: Draft[] = [];
  /** The step that each frame is in. */
  readonly #current = new Map<string, Draft>();
  /** The action that each frame has ended last. */
  readonly #acted = new Map<string, FailedStep>();
  readonly #loops = new Map<string, string>();
  readonly #edges = new Map<string, Map<string, number>>();
  readonly #visited = new Set<string>();
  #count = 0;
  #failed: FailedStep | null = null;

  /** Steps in the order in which they were entered, sub-loops included; long runs lack their middle. */
  get steps(): {
    readonly first: readonly PathStep[];
    readonly hidden: number;
    readonly last: readonly PathStep[];
  } {
    const hidden = this.#count - this.#first.length - this.#last.length;
    return { first: this.#first, hidden, last: this.#last };
  }

  /** How often the started loop went from one state to another. */
  timesOf(from: string, to: string): number {
    return this.#edges.get(from)?.get(to) ?? 0;
  }

  /** Whether the started loop was in a state. */
  hasVisited(state: string): boolean {
    return this.#visited.has(state);
  }

  /** The last action that failed, in whichever loop; `null` when none did. */
  get failed(): FailedStep | null {
    return this.#failed;
  }

  /** Takes what happened. */
  push(event: RunEvent): void {
    const { frame = ROOT_FRAME } = event;
    const isRoot = frame === ROOT_FRAME;
    const current = this.#current.get(frame);
    switch (event.event) {
      case "state_enter":
        if (isRoot) this.#visited.add(event.state);
        this.#enter(frame, {
          depth: event.depth ?? 0,
          step: event.iteration,
          state: event.state,
          tookMs: 0,
          exit: null,
          verdict: null,
          to: null,
          enteredMs: Date.parse(event.ts),
        });
        return;
      case "loop_start":
        this.#loops.set(frame, event.loop);
        return;
      case "action_complete": {
        const exit = formatExitOf(event);
        if (current === undefined) return;
        current.exit = exit;
        const acted = {
          state: current.state,
          loop: this.#loops.get(frame) ?? "",
          exit,
          verdict: null,
          stdout: event.output_preview ?? "",
          stderr: event.stderr_preview ?? "",
        };
        this.#acted.set(frame, acted);
        if (exit !== "") this.#failed = acted;
        break;
      }
      case "evaluate":
        this.#judge(frame, event);
        break;
      case "route":
        if (isRoot) this.#go(event.from, event.to);
        if (current?.state === event.from) current.to = event.to;
        break;
      case "loop_complete":
        if (isRoot) this.#visited.add(event.final_state);
        for (const known of [this.#current, this.#acted, this.#loops]) {
          known.delete(frame);
        }
        return;
      default:
        return;
    }
    if (current === undefined) return;
    current.tookMs = Math.max(0, Date.parse(event.ts) - current.enteredMs);
  }

  #enter(frame: string, step: Draft): void {
    this.#count++;
    this.#current.set(frame, step);
    if (this.#first.length < FIRST_STEPS) {
      this.#first.push(step);
      return;
    }
    this.#last.push(step);
    if (this.#last.length > LAST_STEPS) this.#last.shift();
  }

  #judge(
    frame: string,
    { state, verdict }: { readonly state: string; readonly verdict: string },
  ): void {
    const current = this.#current.get(frame);
    if (current?.state !== state) return;
    current.verdict = verdict;
    const acted = this.#acted.get(frame);
    if (acted?.state !== state) return;
    const isFailure = verdictTone(verdict) === "failure";
    if (isFailure) this.#failed = { ...acted, verdict };
    // An exit code may be what a state is after.
    else if (this.#failed === acted) this.#failed = null;
  }

  #go(from: string, to: string): void {
    const targets = this.#edges.get(from) ?? new Map<string, number>();
    targets.set(to, (targets.get(to) ?? 0) + 1);
    this.#edges.set(from, targets);
  }
}
