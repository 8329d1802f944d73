/** Owns where a verdict leads: guards first, then abstentions, then the routes (EXEC 5.1). */

import {
  ABSTENTIONS_MAX,
  isAbstention,
  type JsonObject,
  own,
  type State,
  wayOfAbstention,
  wayOut,
} from "../model/mod.ts";
import { recordInCircuit } from "./circuit.ts";
import type { Decision } from "./decision.ts";
import { rememberPrevious } from "./keep_result.ts";
import { obeyOutput, outputSignalOf } from "./obey_output.ts";
import type { Turn } from "./turn.ts";

/** Leaves a judged state: guards first, then the route for its verdict. */
export function leaveJudged(
  turn: Turn,
  id: string,
  result: { readonly verdict: string; readonly details: JsonObject },
): Decision {
  const { verdict } = result;
  const state = turn.state(id);
  const exitCode = turn.frame(id).result?.outcome.exitCode ?? null;
  const progress = turn.frame(id).observed.progress?.value ?? null;
  rememberPrevious(turn, id);
  addVerdictToCapture(turn, id, { state, verdict });
  const trip = exitCode === null && state.evaluate === null
    ? null
    : recordInCircuit(turn, id, { verdict, exitCode: exitCode ?? 0, progress });
  // A fatal error wins over everything, an aborting circuit over a handoff (EXEC 1.5).
  if (trip?.target === null && outputSignalOf(turn, id)?.kind !== "fatal") {
    return { do: "finish", end: { by: "stall_detected", error: trip.message } };
  }
  const obeyed = obeyOutput(turn, id);
  if (obeyed !== null) return obeyed;
  if (trip !== null && trip.target !== null) {
    return { do: "follow", target: trip.target, by: "circuit" };
  }
  const held = hold(turn, id, result);
  if (held !== null) return held;
  const way = wayOut(state, { verdict, exitCode });
  return way === null
    ? { do: "no-target", verdict, exitCode }
    : { do: "follow", ...way, result };
}

/**
 * A judge that cannot judge is asked again, by running the state again, unless the state says what
 * then; after that it is an error, and never a yes or a no.
 */
function hold(
  turn: Turn,
  id: string,
  result: { readonly verdict: string; readonly details: JsonObject },
): Decision | null {
  const { verdict } = result;
  const state = turn.state(id);
  const { abstained } = turn.frame(id);
  const count = abstained?.state === state.name ? abstained.count : 0;
  if (!isAbstention(state, verdict)) {
    if (count > 0) turn.update(id, { abstained: { state: "", count: 0 } });
    return null;
  }
  const isHeld = count < ABSTENTIONS_MAX;
  turn.update(id, {
    abstained: isHeld
      ? { state: state.name, count: count + 1 }
      : { state: "", count: 0 },
  });
  const way = wayOfAbstention(state, count);
  return way === null
    ? { do: "no-target", verdict, exitCode: null }
    : { do: "follow", ...way, result };
}

function addVerdictToCapture(
  turn: Turn,
  id: string,
  options: { readonly state: State; readonly verdict: string },
): void {
  const { capture } = options.state;
  const { captured } = turn.frame(id);
  const record = capture === null ? undefined : own(captured, capture);
  if (
    capture === null || record === undefined || turn.frame(id).result === null
  ) return;
  turn.update(id, {
    captured: {
      ...captured,
      [capture]: { ...record, verdict: options.verdict },
    },
  });
}
