/** Owns simulating a run: the same engine and driver, with a performer that does nothing. */

import { ALL_ABILITIES } from "../../check/mod.ts";
import {
  type LoadedOutcome,
  type LoadEffect,
  LoopError,
  type RunEvent,
  type StopRequest,
} from "../../model/mod.ts";
import type { RunSummary } from "../../view/mod.ts";
import {
  drive,
  exitStatusOf,
  loadWhileRunning,
  type Recorder,
  runSummary,
  summaryFacts,
} from "../run/mod.ts";
import type { World } from "../world.ts";
import type { Chooser } from "./chooser.ts";
import {
  capLoops,
  placeholderFor,
  type SimulationPlan,
} from "./plan_simulation.ts";
import { simulatedClock } from "./simulated_clock.ts";
import {
  SIMULATED_OUTPUT,
  SimulatingPerformer,
  type Tally,
} from "./simulating_performer.ts";
import { standInFor } from "./stand_in.ts";
import { type LoggedStep, StepLog } from "./step_log.ts";

/** How a simulation went. */
export interface Simulation {
  readonly steps: readonly LoggedStep[];
  /** States of the simulated loop in the order of their visits, the terminal one included. */
  readonly visited: readonly string[];
  readonly tally: Tally;
  /** How the run would have ended; it has no folder. */
  readonly summary: RunSummary;
}

/**
 * Simulates a run to its end, to its cap, or for as long as something is chosen. Nothing is
 * run, written or locked; definitions of computed names are read.
 *
 * @throws {LoopError} what the chooser throws
 */
export async function simulate(
  world: Pick<World, "clock" | "sources" | "system">,
  plan: SimulationPlan,
  options: {
    readonly choose: Chooser;
    onEvents?(events: readonly RunEvent[]): void;
  },
): Promise<Simulation> {
  const { prepared, cap } = plan;
  const { definitions } = prepared;
  const stop = new AbortController();
  const clock = simulatedClock(world.clock.nowMs());
  const log = new StepLog();
  const performer = new SimulatingPerformer({
    definitions,
    choose: options.choose,
    clock,
    stop,
    isMadeUp: (text) => isMadeUp(plan, text),
    load: (effect) => load(world, plan, effect),
  });
  const snapshot = await drive({
    definitions,
    clock,
    recorder: NOTHING_RECORDED,
    performer,
    stop: stop.signal,
    force: new AbortController().signal,
    onStep(events) {
      for (const event of events) log.push(event);
      options.onEvents?.(events);
      if (log.steps.length >= cap.allSteps && !stop.signal.aborted) {
        const text = `${cap.allSteps} steps of all loops together are enough`;
        stop.abort({ by: "caller", text } satisfies StopRequest);
      }
    },
    onProgress: (events) => options.onEvents?.(events),
  }, {
    input: "start",
    simulated: true,
    context: plan.context,
    env: prepared.env,
    maxDepth: prepared.project.config.maxDepth,
  });
  const { end } = snapshot;
  if (end === null) {
    throw new LoopError("internal", "The simulation has no end");
  }
  return {
    steps: log.steps,
    visited: log.visited,
    tally: performer.tally,
    summary: await runSummary(world, summaryFacts(prepared), {
      snapshot,
      end,
      exitStatus: exitStatusOf(end, snapshot.stop),
      elapsedMs: clock.monotonicMs(),
      folder: { id: "", path: "" },
      lastAction: null,
      changes: null,
      foundBy: null,
      hint: null,
    }),
  };
}

/** There is nothing to resume. */
const NOTHING_RECORDED: Recorder = {
  writeInput() {},
  writeEvents() {},
  sync() {},
};

/** Returns whether a text holds an output, or a value that nobody gave. */
function isMadeUp(
  { missing }: Pick<SimulationPlan, "missing">,
  text: string,
): boolean {
  return text.includes(SIMULATED_OUTPUT) ||
    missing.some(({ name }) => text.includes(placeholderFor(name)));
}

/** Reads the loop of a computed name; where a part of the name is made up another one stands for it. */
function load(
  world: Pick<World, "sources" | "system">,
  plan: SimulationPlan,
  effect: LoadEffect,
): LoadedOutcome {
  if (isMadeUp(plan, effect.name)) return standInFor(effect.name);
  const run = { ...plan.prepared, can: ALL_ABILITIES };
  const loaded = loadWhileRunning(world, run, effect);
  return { ...loaded, loops: capLoops(loaded.loops, plan.cap) };
}
