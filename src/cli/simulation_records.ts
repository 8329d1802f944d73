/** Owns turning a simulation into the records that the views print. */

import type { Prepared } from "../app/mod.ts";
import {
  evaluatorFacts,
  judgeOf,
  type Loop,
  own,
  possibilitiesOf,
  type RunEnd,
  verdictForExitCode,
} from "../model/mod.ts";
import type { Simulation, SimulationPlan } from "../app/simulate/mod.ts";
import type { SimulationHeader, SimulationReport } from "../view/mod.ts";
import { displayPath, type Session } from "./program.ts";
import type { Answers } from "./simulation_answers.ts";

/** Returns the record behind the lines that a simulation starts with. */
export function simulationHeader(
  session: Session,
  prepared: Prepared,
  options: { readonly plan: SimulationPlan; readonly answers: Answers },
): SimulationHeader {
  const { plan, answers } = options;
  return {
    loop: prepared.loop.name,
    origin: prepared.origin,
    file: displayPath(prepared.file, session.world.system.cwd),
    answers: answers.words,
    maxSteps: plan.cap.maxSteps,
    definedSteps: plan.cap.definedSteps,
    missing: plan.missing.map(({ name, add, words }) => ({
      name,
      add,
      isMadeUp: words.length > 0,
    })),
  };
}

/** Returns the record behind the lines that a simulation ends with. */
export function simulationReport(
  loop: Loop,
  options: {
    readonly header: SimulationHeader;
    readonly simulation: Simulation;
    readonly answers: Answers;
  },
): SimulationReport {
  const { header, simulation, answers } = options;
  const { scenario, verdicts } = answers;
  const { end } = simulation.summary;
  const tip = scenario === null ? null : tipFor(loop, end);
  return { ...header, ...simulation, scenario, verdicts, tip };
}

/** A scenario fails actions, which is no verdict of evaluators that read their output. */
function tipFor(loop: Loop, { noRoute }: RunEnd): string | null {
  if (noRoute?.verdict !== "error" || noRoute.exitCode !== 1) return null;
  const state = own(loop.states, noRoute.state);
  const judge = state === undefined ? null : judgeOf(state);
  const facts = judge === null ? null : evaluatorFacts(judge);
  if (state === undefined || facts === null || facts.seesFailedActions) {
    return null;
  }
  const verdict = verdictForExitCode(possibilitiesOf(state), 1);
  return `--verdicts ${state.name}=${verdict}, for an action that works and a check that ` +
    "does not pass";
}
