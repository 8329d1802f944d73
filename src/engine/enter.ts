/** Owns the beginning of a step: the end of the run, terminals, caps, retries (EXEC 1.5, steps 1 to 11). */

import {
  count,
  CURRENT_TARGET,
  type Frame,
  type LoopEnd,
  maintainWay,
  own,
  type State,
  unreachable,
  without,
} from "../model/mod.ts";
import { refuseByTime, withoutStep } from "./budget.ts";
import { type Decision, fail, WAIT } from "./decision.ts";
import { describeTampered } from "./tamper.ts";
import { endOfTimeout, timesAtEntry } from "./time.ts";
import type { Turn } from "./turn.ts";

/** Takes the next step of a frame up to the point where its state begins to do something. */
export function enter(turn: Turn, id: string): Decision {
  if (turn.isEnding) return { do: "halt" };
  let frame = turn.frame(id);
  const loop = turn.loop(frame.loop);
  const isTimeUp = turn.isTimedOut(id);
  let state = own(loop.states, frame.state);
  if (state === undefined) return failUndefined(frame);
  // Before the caps: a loop whose last allowed step reaches its goal has reached it.
  if (state.terminal && !loop.maintain && frame.summaryPending !== state.name) {
    return { do: "finish", end: endOfTerminal(turn, frame, state) };
  }
  const cap = capReached(turn, frame);
  if (cap !== null) {
    if (cap.summaryState === null || frame.summary !== null) {
      return {
        do: "finish",
        end: endOfCap(turn, frame, frame.summary ?? cap.by),
      };
    }
    if (cap.by === "max_steps" && !isTimeUp && mustFlush(turn, frame, state)) {
      return beginFlush(turn, frame);
    }
    frame = beginSummary(turn, frame, { by: cap.by, state: cap.summaryState });
    state = own(loop.states, frame.state);
    if (state === undefined) return failUndefined(frame);
  }
  if (isTimeUp) return { do: "finish", end: endOfTimeout(turn, id) };
  frame = countRetry(turn, frame);
  if (state.terminal && loop.maintain && frame.summaryPending !== state.name) {
    turn.update(id, { steps: frame.steps + 1, passes: frame.passes + 1 });
    return {
      do: "go",
      ...maintainWay(loop, state),
      reason: "maintain",
    };
  }
  const retries = own(frame.retries, state.name) ?? 0;
  if (state.maxRetries !== null && retries > state.maxRetries) {
    return leaveExhausted(turn, frame, { state, retries });
  }
  return enterState(turn, id);
}

/** Counts a step, says so, and tells what its state does. */
export function enterState(turn: Turn, id: string): Decision {
  const before = turn.frame(id);
  const state = turn.state(id);
  const isLimited = state.budget?.timeMs !== undefined;
  const frame = turn.update(id, {
    steps: before.steps + 1,
    summaryPending: null,
    routedFrom: null,
    result: null,
    observed: {},
    ...(isLimited || before.times !== undefined
      ? {
        times: timesAtEntry(before, {
          state: state.name,
          isLimited,
          nowMs: turn.nowMs,
        }),
      }
      : {}),
  });
  turn.emit(id, {
    event: "state_enter",
    state: frame.state,
    iteration: frame.steps,
    ...(frame.passes > 0 ? { iteration_count: frame.passes } : {}),
  });
  const refused = refuseByTime(turn, id);
  if (refused !== null) return withoutStep(turn, id, refused);
  switch (state.kind) {
    case "loop":
      return { do: "run-child" };
    case "shell":
    case "prompt":
    case "mcp":
    case "learning":
      return { do: "act" };
    case "none":
    case "contract":
      return state.next === null
        ? { do: "judge" }
        : { do: "follow", target: state.next, by: "next" };
    default:
      return unreachable(state.kind);
  }
}

/** Returns the end of a loop that used up one of its caps. */
export function endOfCap(
  turn: Turn,
  frame: Frame,
  by: "max_steps" | "max_iterations_reached",
): LoopEnd {
  const { maxSteps, maxIterations } = turn.loop(frame.loop);
  return by === "max_steps"
    ? { by, error: `Reached the cap of ${count(maxSteps, "step")}` }
    : {
      by,
      error: `Reached the cap of ${
        count(maxIterations ?? 0, "pass", "passes")
      }`,
    };
}

interface Cap {
  readonly by: "max_steps" | "max_iterations_reached";
  readonly summaryState: string | null;
}

function capReached(turn: Turn, frame: Frame): Cap | null {
  const loop = turn.loop(frame.loop);
  if (frame.steps >= loop.maxSteps) {
    return { by: "max_steps", summaryState: loop.onMaxSteps };
  }
  if (loop.maxIterations !== null && frame.passes >= loop.maxIterations) {
    return { by: "max_iterations_reached", summaryState: loop.onMaxIterations };
  }
  return null;
}

function beginSummary(
  turn: Turn,
  frame: Frame,
  summary: { readonly by: Cap["by"]; readonly state: string },
): Frame {
  turn.emit(
    frame.id,
    summary.by === "max_steps"
      ? {
        event: "max_steps_summary",
        summary_state: summary.state,
        iterations: frame.steps,
      }
      : {
        event: "max_iterations_reached_summary",
        summary_state: summary.state,
        iteration_count: frame.passes,
      },
  );
  return turn.update(frame.id, {
    summary: summary.by,
    summaryPending: summary.state,
    state: summary.state,
  });
}

/**
 * Returns whether the state that the step cap keeps from being entered must run its action
 * all the same: the route from a sub-loop promised that side effect (EXEC 1.6).
 */
function mustFlush(turn: Turn, frame: Frame, state: State): boolean {
  const { routedFrom } = frame;
  if (routedFrom === null || state.terminal) return false;
  const from = own(turn.loop(frame.loop).states, routedFrom);
  return from?.kind === "loop" && state.kind !== "loop" &&
    state.action !== null && state.kind !== "contract";
}

function beginFlush(turn: Turn, frame: Frame): Decision {
  const { steps } = turn.update(frame.id, {
    steps: frame.steps + 1,
    routedFrom: null,
    result: null,
    observed: {},
  });
  turn.emit(frame.id, {
    event: "state_enter",
    state: frame.state,
    iteration: steps,
    flushed: true,
  });
  return { do: "act", isFlush: true };
}

function countRetry(turn: Turn, frame: Frame): Frame {
  const { previousState: previous, state } = frame;
  if (previous === null) return frame;
  if (previous === state) {
    const count = (own(frame.retries, state) ?? 0) + 1;
    return turn.update(frame.id, {
      retries: { ...frame.retries, [state]: count },
    });
  }
  const retries = without(frame.retries, previous);
  const executions = without(frame.executions, previous);
  const hasAbstained = (frame.abstained?.count ?? 0) > 0;
  if (
    retries === frame.retries && executions === frame.executions &&
    !hasAbstained
  ) return frame;
  return turn.update(frame.id, {
    retries,
    executions,
    ...(hasAbstained ? { abstained: { state: "", count: 0 } } : {}),
  });
}

function leaveExhausted(
  turn: Turn,
  frame: Frame,
  options: { readonly state: State; readonly retries: number },
): Decision {
  const { state, retries } = options;
  if (state.onRetryExhausted === null) {
    return fail(
      `State "${state.name}" used its ${
        count(state.maxRetries ?? 0, "retry", "retries")
      } and has no ` +
        "`on_retry_exhausted`",
    );
  }
  const next = state.onRetryExhausted === CURRENT_TARGET
    ? state.name
    : state.onRetryExhausted;
  turn.emit(frame.id, {
    event: "retry_exhausted",
    state: state.name,
    retries,
    next,
  });
  turn.update(frame.id, {
    retries: without(frame.retries, state.name),
    previousState: state.name,
    routedFrom: null,
    state: next,
  });
  turn.ask(frame.id, "turn", { kind: "wait", durationMs: 0 });
  return WAIT;
}

function endOfTerminal(turn: Turn, frame: Frame, state: State): LoopEnd {
  if (frame.summary !== null) return endOfCap(turn, frame, frame.summary);
  const { tampered } = frame;
  const error = tampered === undefined
    ? `Reached the failure state "${state.name}"`
    : describeTampered(tampered.state, tampered.files);
  return {
    by: "terminal",
    isFailureTerminal: state.failure,
    ...(state.failure ? { error } : {}),
  };
}

function failUndefined(frame: Frame): Decision {
  return fail(`State "${frame.state}" is not defined`);
}
