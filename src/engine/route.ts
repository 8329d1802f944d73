/** Owns the way out of a state: the table, the shorthands, the transition (EXEC 5). */

import { CURRENT_TARGET, type State } from "../model/mod.ts";
import { type Decision, fail, type Go, type Result, WAIT } from "./decision.ts";
import { endOfCap, maintainTarget } from "./enter.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import { own, type Turn } from "./turn.ts";

/**
 * Returns the target for `verdict`, or `null`: the exact key of the table, then `_`, then
 * `_error` for `error` and `no`; without a table `on_<verdict>`, and `on_error` for a `no`
 * that has none.
 */
export function pickTarget(state: State, verdict: string): string | null {
  const isFailing = verdict === "error" || verdict === "no";
  if (state.route !== null) {
    const exact = verdict.startsWith("_")
      ? undefined
      : own(state.route, verdict);
    return exact ?? own(state.route, "_") ??
      (isFailing ? own(state.route, "_error") : undefined) ?? null;
  }
  return own(state.on, verdict) ??
    (isFailing ? own(state.on, "error") : undefined) ??
    null;
}

/** Resolves a target as written. */
export function follow(
  turn: Turn,
  id: string,
  way: { readonly target: string; readonly result?: Result },
): Decision {
  try {
    const target = interpolate(way.target, turn.lookup(id, way.result ?? null));
    return { do: "go", target };
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    return fail(`State "${turn.frame(id).state}": ${error.message}`);
  }
}

/** Leaves for a state: says so, counts the edge, pauses. A restart does neither of the last. */
export function go(turn: Turn, id: string, way: Go): Decision {
  const frame = turn.frame(id);
  const loop = turn.loop(frame.loop);
  const from = frame.state;
  const to = way.target === CURRENT_TARGET ? from : way.target;
  const reason = way.reason === undefined ? {} : { reason: way.reason };
  turn.emit(id, { event: "route", from, to, ...reason });
  if (way.reason === undefined) {
    const edge = `${from}->${to}`;
    const count = (own(frame.edges, edge) ?? 0) + 1;
    turn.update(id, { edges: { ...frame.edges, [edge]: count } });
    const max = loop.maxEdgeRevisits;
    if (count > max) {
      turn.emit(id, { event: "cycle_detected", edge, from, to, count, max });
      const error =
        `The route from "${from}" to "${to}" was taken ${count} times; ` +
        `\`max_edge_revisits\` allows ${max}`;
      return { do: "finish", end: { by: "cycle_detected", error } };
    }
  }
  turn.update(id, {
    previousState: from,
    routedFrom: from,
    state: to,
    result: null,
    observed: {},
  });
  const waitMs = way.reason === undefined ? loop.backoffMs : 0;
  const durationMs = Math.min(waitMs, turn.remainingMs(id) ?? waitMs);
  turn.ask(id, "turn", { kind: "wait", durationMs });
  return WAIT;
}

/** Decides for a state that names no target: a maintained loop restarts, others end. */
export function leaveWithoutTarget(
  turn: Turn,
  id: string,
  given: { readonly verdict: string; readonly exitCode: number | null },
): Decision {
  const state = turn.state(id);
  const frame = turn.frame(id);
  if (turn.loop(frame.loop).maintain) {
    return { do: "go", target: maintainTarget(turn, id, state) };
  }
  if (turn.snapshot.stop !== null) return { do: "stop" };
  if (frame.summary !== null) {
    return { do: "finish", end: endOfCap(turn, frame, frame.summary) };
  }
  return {
    do: "finish",
    end: {
      by: "error",
      error:
        `No valid transition: state "${state.name}" names no target for verdict ` +
        `"${given.verdict}"`,
      noRoute: {
        state: state.name,
        verdict: given.verdict,
        exitCode: given.exitCode,
      },
    },
  };
}
