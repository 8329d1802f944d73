/** Owns how a state is left whose action is not judged. */

import { type ActionOutcome, wayOn, wayOut } from "../model/mod.ts";
import { type Decision, fail, WAIT } from "./decision.ts";
import { rememberPrevious } from "./keep_result.ts";
import { obeyOutput } from "./obey_output.ts";
import type { Turn } from "./turn.ts";

/** Leaves by `on_error`, or ends the loop: the action could not be run. */
export function leaveByError(turn: Turn, id: string, error: string): Decision {
  const state = turn.state(id);
  const way = wayOn(state, "error");
  if (way === null) return fail(error);
  turn.emit(id, {
    event: "action_error",
    state: state.name,
    error,
    route: "on_error",
  });
  return { do: "follow", ...way };
}

/** Leaves by `next`, which an action that was ended by a signal does not take. */
export function leaveByNext(
  turn: Turn,
  id: string,
  { exitCode }: ActionOutcome,
): Decision {
  const state = turn.state(id);
  rememberPrevious(turn, id);
  const obeyed = obeyOutput(turn, id);
  if (obeyed !== null) return obeyed;
  const verdict = exitCode === 0 ? "yes" : "error";
  const way = wayOut(state, { verdict, exitCode });
  if (way !== null) return { do: "follow", ...way };
  const error = `The action of state "${state.name}" was ended by signal ` +
    `${-exitCode}, and the state has no \`on_error\``;
  return { do: "finish", end: { by: "system_signal", error } };
}

/** Goes back to the turn that found the cap, which now enters the summary state. */
export function afterFlush(turn: Turn, id: string): Decision {
  turn.update(id, { routedFrom: null });
  turn.ask(id, "turn", { kind: "wait", durationMs: 0 });
  return WAIT;
}
