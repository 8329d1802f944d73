/**
 * Owns taking one real step: a run that begins at the state and ends after it, in a scratch
 * folder, so that nothing of it is left.
 */

import {
  type ActionOutcome,
  type Definitions,
  EXIT,
  hasAction,
  type JsonObject,
  LoopError,
  type RunEvent,
} from "../../model/mod.ts";
import type { RunSummary } from "../../view/mod.ts";
import {
  type Prepared,
  type RunListener,
  type RunResult,
  startRun,
} from "../run/mod.ts";
import type { World } from "../world.ts";
import { AnsweringPerformers } from "./answering_performer.ts";
import type { StateTestPlan } from "./plan_state_test.ts";

/** How one step went. */
export interface StateTest {
  /** The resolved action; `null` where none could be begun. */
  readonly action: string | null;
  /** How the action ended; `null` where none did. */
  readonly outcome: ActionOutcome | null;
  /** The judgement; `null` where nothing was judged. */
  readonly judged:
    | { readonly verdict: string; readonly details: JsonObject }
    | null;
  /** Where it leads; `null` where a run would end instead, as `summary` says. */
  readonly route: { readonly to: string; readonly by: string } | null;
  /** Whether its output asks for a pause: a handoff, or `LOOP_STOP` after the route. */
  readonly isPausing: boolean;
  /** 0 where the state leads on or pauses, 1 where a run would stop short, 128 + n after a signal. */
  readonly exitStatus: number;
  /** How the run of that one step ended. */
  readonly summary: RunSummary;
}

/**
 * Takes the step of a plan that is not inert.
 *
 * @throws {LoopError} `locked`, `interrupted` while waiting, `cannot-write`
 */
export async function runStateTest(
  world: World,
  plan: StateTestPlan,
  options: {
    /** Version of this program. */
    readonly version: string;
    readonly listeners: readonly RunListener[];
  },
): Promise<StateTest> {
  const events: RunEvent[] = [];
  const performer = new AnsweringPerformers(plan);
  const result = await startRun(world, oneStep(plan), {
    ...options,
    performer,
    begin: plan.begin,
    isScratch: true,
    listeners: [
      { onEvents: (more) => void events.push(...more) },
      ...options.listeners,
    ],
  });
  return resultOf(result, { events, outcome: performer.outcome });
}

/**
 * Returns the run that ends after one step and does not pause before. What the state needs
 * has been looked at: other states may lack what they like.
 */
function oneStep({ prepared, state, action }: StateTestPlan): Prepared {
  const { root, loops } = prepared.definitions;
  const loop = {
    ...prepared.loop,
    requiredInputs: [],
    maxSteps: 1,
    onMaxSteps: null,
    maxIterations: null,
    onMaxIterations: null,
    backoffMs: 0,
    // Nobody goes on with a run that is gone in a moment.
    onHandoff: prepared.loop.onHandoff === "spawn"
      ? "pause" as const
      : prepared.loop.onHandoff,
  };
  const definitions: Definitions = {
    ...prepared.definitions,
    loops: { ...loops, [root]: loop },
  };
  // Where the action is answered for nothing in the project changes, and nobody is in the way.
  const actsForReal = hasAction(state) && action === null;
  const request = actsForReal
    ? prepared.request
    : { ...prepared.request, noLock: true };
  return { ...prepared, definitions, loop, request, missing: [] };
}

function resultOf(
  { snapshot, summary, exitStatus: runStatus }: RunResult,
  options: {
    readonly events: readonly RunEvent[];
    readonly outcome: ActionOutcome | null;
  },
): StateTest {
  const { stop, end } = snapshot;
  if (end === null) throw new LoopError("internal", "The step has no end");
  let action: StateTest["action"] = null;
  let judged: StateTest["judged"] = null;
  let route: StateTest["route"] = null;
  for (const event of options.events) {
    switch (event.event) {
      case "action_start":
        action = event.action;
        break;
      case "evaluate": {
        const { event: _, ts: _ts, type: _type, state: _state, ...rest } =
          event;
        const { verdict, ...details } = rest;
        judged = { verdict, details: details as JsonObject };
        break;
      }
      case "route":
        route = { to: event.to, by: event.by ?? "" };
    }
  }
  const isPausing = end.terminatedBy === "handoff" || stop?.by === "output";
  const exitStatus = stop?.by === "signal"
    ? runStatus
    : route !== null || isPausing
    ? EXIT.ok
    : EXIT.stopped;
  const { outcome } = options;
  return { action, outcome, judged, route, isPausing, exitStatus, summary };
}
