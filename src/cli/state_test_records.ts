/** Owns turning the test of a state into the record that the views print. */

import { lineOf } from "../app/mod.ts";
import { turnoutsOf } from "../app/simulate/mod.ts";
import type { StateTest, StateTestPlan } from "../app/state_test/mod.ts";
import { judgeOf, type Loop } from "../model/mod.ts";
import type { StateTestReport, TestedStep } from "../view/mod.ts";
import { displayPath, type Session } from "./program.ts";

/** Returns the record behind what `test` prints; `result` is `null` where nothing was tested. */
export async function stateTestReport(
  session: Session,
  options: { readonly plan: StateTestPlan; readonly result: StateTest | null },
): Promise<StateTestReport> {
  const { plan, result } = options;
  const { prepared, state } = plan;
  const { loop } = prepared;
  return {
    loop: loop.name,
    state,
    file: displayPath(state.at.file, session.world.system.cwd),
    line: await lineOf(prepared, state.at),
    judge: state.terminal ? null : judgeOf(state),
    turnouts: state.terminal ? [] : turnoutsOf(loop, state),
    step: result === null ? null : testedStep(loop, { plan, result }),
  };
}

function testedStep(
  loop: Loop,
  options: { readonly plan: StateTestPlan; readonly result: StateTest },
): TestedStep {
  const { plan, result } = options;
  const { outcome, route } = result;
  return {
    ...result,
    isAnswered: plan.action !== null,
    ended: outcome === null ? null : {
      ...outcome,
      stdout: outcome.stdout.text,
      stderr: outcome.stderr.text,
      isTruncated: outcome.stdout.isTruncated || outcome.stderr.isTruncated,
    },
    route: route === null ? null : { ...route, ends: endOf(loop, route.to) },
  };
}

function endOf(loop: Loop, name: string): "success" | "failure" | null {
  const target = Object.hasOwn(loop.states, name)
    ? loop.states[name]
    : undefined;
  if (target?.terminal !== true || loop.maintain) return null;
  return target.failure ? "failure" : "success";
}
