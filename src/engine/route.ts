/** Owns the way out of a state: targets, transitions (EXEC 5). */

import {
  count,
  CURRENT_TARGET,
  maintainWay,
  own,
  type Way,
} from "../model/mod.ts";
import { type Decision, fail, type Go, type Result, WAIT } from "./decision.ts";
import { endOfCap } from "./enter.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import type { Turn } from "./turn.ts";

/** Resolves a target as written. */
export function follow(
  turn: Turn,
  id: string,
  way: Way & { readonly result?: Result },
): Decision {
  try {
    const target = interpolate(way.target, turn.lookup(id, way.result ?? null));
    return { do: "go", target, by: way.by };
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
  const exitCode = frame.result?.outcome.exitCode ?? 0;
  turn.emit(id, {
    event: "route",
    from,
    to,
    ...reason,
    by: way.by,
    ...(way.by === "next" && exitCode !== 0
      ? { ignored_exit_code: exitCode }
      : {}),
  });
  if (way.reason === undefined) {
    const edge = `${from}->${to}`;
    const taken = (own(frame.edges, edge) ?? 0) + 1;
    turn.update(id, { edges: { ...frame.edges, [edge]: taken } });
    const max = loop.maxEdgeRevisits;
    if (taken > max) {
      turn.emit(id, {
        event: "cycle_detected",
        edge,
        from,
        to,
        count: taken,
        max,
      });
      const error =
        `The route from "${from}" to "${to}" was taken ${
          count(taken, "time")
        }; ` +
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
  const loop = turn.loop(frame.loop);
  if (loop.maintain) return { do: "go", ...maintainWay(loop, state) };
  if (turn.isEnding) return { do: "halt" };
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
