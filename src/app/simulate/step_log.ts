/** Owns the steps of a run as a list, made from its events. */

import { ROOT_FRAME, type RunEvent } from "../../model/mod.ts";

/** One state that was entered, and what came of it. `null` where there was none. */
export interface LoggedStep {
  /** Nesting of its loop; 0 is the started one. */
  readonly depth: number;
  /** Name of its loop. */
  readonly loop: string;
  /** Number of the step in its loop, from 1. */
  readonly step: number;
  readonly state: string;
  /** The resolved action. */
  readonly action: string | null;
  readonly exitCode: number | null;
  readonly verdict: string | null;
  /** Why its action could not be begun, or what its evaluator complained about. */
  readonly error: string | null;
  readonly to: string | null;
  /** The rule that led there: `on_no`, `next`, `route _`. */
  readonly by: string | null;
}

/** Collects the steps of one run. */
export class StepLog {
  readonly #steps: LoggedStep[] = [];
  readonly #visited: string[] = [];
  /** Index of the latest step, and name of the loop, by frame. */
  readonly #latest = new Map<string, number>();
  readonly #loops = new Map<string, string>();

  /** In the order in which the states were entered, sub-loops included. */
  get steps(): readonly LoggedStep[] {
    return this.#steps;
  }

  /** States of the started loop in the order of their visits, the terminal one included. */
  get visited(): readonly string[] {
    return this.#visited;
  }

  /** Takes what happened. */
  push(event: RunEvent): void {
    const { frame = ROOT_FRAME, depth = 0 } = event;
    const isRoot = frame === ROOT_FRAME;
    switch (event.event) {
      case "loop_start":
        this.#loops.set(frame, event.loop);
        break;
      case "state_enter":
        if (isRoot) this.#visited.push(event.state);
        this.#latest.set(frame, this.#steps.length);
        this.#steps.push({
          depth,
          loop: this.#loops.get(frame) ?? "",
          step: event.iteration,
          state: event.state,
          action: null,
          exitCode: null,
          verdict: null,
          error: null,
          to: null,
          by: null,
        });
        break;
      case "action_start":
        this.#update(frame, { action: event.action });
        break;
      case "action_complete":
        this.#update(frame, { exitCode: event.exit_code });
        break;
      case "action_error":
        this.#update(frame, { error: event.error });
        break;
      case "evaluate": {
        const { error } = event;
        this.#update(frame, {
          verdict: event.verdict,
          ...(typeof error === "string" ? { error } : {}),
        });
        break;
      }
      case "route":
        // Passed through, not entered.
        if (event.reason === "maintain") {
          if (isRoot) this.#visited.push(event.from);
        } else this.#update(frame, { to: event.to, by: event.by ?? null });
        break;
      case "loop_complete":
        if (isRoot && event.terminated_by === "terminal") {
          this.#visited.push(event.final_state);
        }
        this.#latest.delete(frame);
        this.#loops.delete(frame);
    }
  }

  #update(frame: string, change: Partial<LoggedStep>): void {
    const index = this.#latest.get(frame) ?? -1;
    const step = this.#steps[index];
    if (step !== undefined) this.#steps[index] = { ...step, ...change };
  }
}
