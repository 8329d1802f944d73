// deno-lint-ignore-file camelcase -- events and records keep the reference's names
/** Owns sub-loops: the child's context, its frame, and what its end means to its parent (EXEC 6). */

import {
  type Captured,
  type ChildEnd,
  type Frame,
  isJsonObject,
  type Json,
  type JsonObject,
  lackedInputs,
  type LoadedOutcome,
  type Loop,
  type ObservedOutcome,
  own,
  type State,
  wayOn,
  wayOut,
} from "../model/mod.ts";
import { leaveChildByBudget } from "./budget.ts";
import { type Decision, WAIT } from "./decision.ts";
import { startFrame } from "./frame.ts";
import {
  interpolate,
  interpolateJson,
  InterpolationError,
} from "./interpolate.ts";
import { leaveByError } from "./leave_action.ts";
import { endOfTimeout } from "./time.ts";
import type { Turn } from "./turn.ts";

/** Starts the sub-loop of the frame's state, or asks for its definition. */
export function startSubLoop(turn: Turn, id: string): Decision {
  const frame = turn.frame(id);
  // The reference recurses until its interpreter fails and then may report success.
  if (frame.depth >= turn.snapshot.maxDepth) {
    return {
      do: "finish",
      isRun: true,
      end: { by: "error", error: describeDepth(turn, frame) },
    };
  }
  const name = childName(turn, id);
  if (typeof name !== "string") return name.decision;
  const loopId = turn.childId(frame.loop, name);
  if (loopId === null) {
    turn.ask(id, "loading", { kind: "load", name, from: frame.loop });
    return WAIT;
  }
  return attachOrBegin(turn, id, loopId);
}

/** Takes a definition that was found while running. */
export function completeLoad(
  turn: Turn,
  id: string,
  answer: { readonly name: string; readonly outcome: LoadedOutcome },
): Decision {
  const { outcome, name } = answer;
  if (outcome.id === null) {
    return leaveByError(
      turn,
      id,
      outcome.error ?? `Loop "${name}" cannot be loaded`,
    );
  }
  const frame = turn.frame(id);
  const { loops, names, env } = turn.snapshot;
  turn.patch({
    loops: { ...loops, ...outcome.loops },
    names: {
      ...names,
      ...outcome.names,
      [frame.loop]: { ...names[frame.loop], [name]: outcome.id },
    },
    env: { ...outcome.env, ...env },
  });
  return attachOrBegin(turn, id, outcome.id);
}

/** Takes the answer to attaching or detaching a worktree. */
export function completeWorktree(
  turn: Turn,
  id: string,
  answer: { readonly branch: string; readonly outcome: ObservedOutcome },
): Decision {
  const { branch, outcome } = answer;
  const frame = turn.frame(id);
  if (outcome.isCancelled) return { do: "halt" };
  if (frame.phase === "detaching") {
    const path = frame.worktree?.path ?? "";
    turn.update(id, { worktree: null });
    turn.emit(
      id,
      outcome.error === null
        ? { event: "sub_loop_worktree_detached", branch, path }
        : { event: "sub_loop_worktree_error", branch, error: outcome.error },
    );
    return leaveSubLoop(turn, id);
  }
  if (outcome.error !== null) {
    const { error } = outcome;
    turn.emit(id, { event: "sub_loop_worktree_error", branch, error });
    const state = turn.state(id);
    const way = wayOn(state, "error") ?? wayOn(state, "no");
    return way === null
      ? { do: "no-target", verdict: "error", exitCode: null }
      : { do: "follow", ...way };
  }
  const path = String(outcome.value);
  turn.update(id, { worktree: { branch, path } });
  turn.emit(id, { event: "sub_loop_worktree_attached", branch, path });
  const name = childName(turn, id);
  if (typeof name !== "string") return name.decision;
  const loopId = turn.childId(frame.loop, name);
  return loopId === null ? startSubLoop(turn, id) : begin(turn, id, loopId);
}

/** Takes the end of the frame's child. */
export function completeChild(turn: Turn, id: string, end: ChildEnd): Decision {
  turn.update(id, { childEnd: end });
  const { worktree } = turn.frame(id);
  if (worktree === null) return leaveSubLoop(turn, id);
  turn.ask(id, "detaching", {
    kind: "worktree",
    operation: "detach",
    ...worktree,
  });
  return WAIT;
}

function attachOrBegin(turn: Turn, id: string, loopId: string): Decision {
  const state = turn.state(id);
  if (state.worktree === null) return begin(turn, id, loopId);
  let branch: string;
  try {
    branch = interpolate(state.worktree, turn.lookup(id)).trim();
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    return leaveByError(turn, id, `State "${state.name}": ${error.message}`);
  }
  if (branch === "") return begin(turn, id, loopId);
  turn.ask(id, "attaching", {
    kind: "worktree",
    operation: "attach",
    branch,
    path: null,
  });
  return WAIT;
}

function begin(turn: Turn, id: string, loopId: string): Decision {
  const state = turn.state(id);
  const loop = turn.loop(loopId);
  let context: JsonObject | string;
  try {
    context = childContext(turn, id, { state, loop });
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    context = `State "${state.name}": ${error.message}`;
  }
  if (typeof context === "string") return leaveByError(turn, id, context);
  const parent = turn.update(id, {
    phase: "child",
    children: turn.frame(id).children + 1,
  });
  const child = startFrame(loop, {
    id: `${id}.${parent.children}`,
    parent,
    context,
    nowMs: turn.nowMs,
    timeoutMs: state.timeoutMs,
    cwd: parent.worktree?.path ?? parent.cwd,
    isLogged: state.capture !== null,
  });
  turn.addFrame(child);
  turn.emit(child.id, { event: "loop_start", loop: loop.name });
  return { do: "begin", frame: child.id };
}

/** Given to every child where its own context has none (EXEC 6.2). */
const SEEDED_KEYS = [
  "run_dir",
  "input_hash",
  "readiness_threshold",
  "outcome_threshold",
];

/** Returns the child's context, or why it cannot be made. */
function childContext(
  turn: Turn,
  id: string,
  options: { readonly state: State; readonly loop: Loop },
): JsonObject | string {
  const { state, loop } = options;
  const parent = turn.frame(id);
  let context: Record<string, Json> = { ...loop.context };
  if (Object.keys(state.with).length > 0) {
    const lookup = turn.lookup(id);
    for (const [name, parameter] of Object.entries(loop.parameters)) {
      if (Object.hasOwn(state.with, name)) continue;
      // Over the child's own context: the declared default is part of what is bound.
      if (parameter.default !== null) {
        context = { ...context, [name]: parameter.default };
      } else if (parameter.required && !Object.hasOwn(context, name)) {
        return `State "${state.name}" does not bind parameter "${name}", which loop ` +
          `"${loop.name}" requires`;
      }
    }
    for (const [key, value] of Object.entries(state.with)) {
      context = { ...context, [key]: interpolateJson(value, lookup) };
    }
  } else if (state.contextPassthrough) {
    const captures = Object.fromEntries(
      Object.entries(parent.captured).map(([name, record]) => [
        name,
        own(record, "output") ?? record,
      ]),
    );
    context = { ...parent.context, ...captures, ...context };
  }
  for (const key of SEEDED_KEYS) {
    const value = own(parent.context, key);
    if (value !== undefined && !Object.hasOwn(context, key)) {
      context[key] = value;
    }
  }
  // A loop that starts without its inputs does something else than its author meant, and may call it success.
  const [lacked] = lackedInputs(loop, (key) => own(context, key));
  if (lacked !== undefined) {
    return `State "${state.name}": loop "${loop.name}" needs "${lacked}", which nothing gives it; ` +
      `add below "with": ${lacked}: …`;
  }
  return context;
}

/** Keeps what the child leaves to its parent and picks the way out (EXEC 6.4). */
function leaveSubLoop(turn: Turn, id: string): Decision {
  const frame = turn.frame(id);
  const end = frame.childEnd;
  const state = turn.state(id);
  turn.update(id, { childEnd: null, phase: "turn" });
  if (end === null) {
    return { do: "no-target", verdict: "error", exitCode: null };
  }
  const isSuccess = end.terminatedBy === "terminal" && !end.isFailureTerminal;
  const verdict = verdictOf(end);
  keepChildResult(turn, id, {
    end,
    state,
    verdict: isSuccess ? "yes" : verdict,
  });
  turn.update(id, {
    prev: {
      output: end.error ?? `${end.terminatedBy}: ${end.finalState}`,
      stderr: "",
      exit_code: isSuccess ? 0 : 1,
      state: state.name,
      timeout_kind: null,
    },
  });
  if (end.terminatedBy === "budget_exceeded") {
    const left = leaveChildByBudget(turn, id, end);
    if (left !== null) return left;
  }
  // No route gives back the time of this loop.
  if (end.isParentsTimeUp) {
    return { do: "finish", end: endOfTimeout(turn, id) };
  }
  const way = wayOut(state, { verdict, exitCode: null });
  return way === null
    ? { do: "no-target", verdict, exitCode: null }
    : { do: "follow", ...way };
}

function verdictOf(end: ChildEnd): string {
  switch (end.terminatedBy) {
    case "terminal":
      return end.isFailureTerminal ? "no" : "yes";
    case "error":
    case "budget_exceeded":
      return "error";
    case "timeout":
    case "max_steps":
    case "max_iterations_reached":
      return "timeout";
    default:
      return "no";
  }
}

function keepChildResult(
  turn: Turn,
  id: string,
  options: {
    readonly end: ChildEnd;
    readonly state: State;
    readonly verdict: string;
  },
): void {
  const { end, state, verdict } = options;
  const keepsCaptures = state.contextPassthrough ||
    Object.keys(state.with).length > 0;
  const record: Captured = {
    ...(keepsCaptures ? end.captured : {}),
    terminated_by: end.terminatedBy,
    ...(end.isFailureTerminal ? { failure_terminal: true } : {}),
    ...(end.error === null ? {} : { error: end.error }),
  };
  let captured: Frame["captured"] = {
    ...turn.frame(id).captured,
    [state.name]: record,
  };
  if (state.capture !== null) {
    const before = own(captured, state.capture);
    captured = {
      ...captured,
      [state.capture]: {
        ...(state.capture === state.name && isJsonObject(before) ? before : {}),
        output: end.log ?? "",
        exit_code: null,
        verdict: verdict === "timeout" ? "no" : verdict,
      },
    };
  }
  turn.update(id, { captured });
}

function childName(
  turn: Turn,
  id: string,
): string | { readonly decision: Decision } {
  const state = turn.state(id);
  try {
    return interpolate(state.loop ?? "", turn.lookup(id));
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    return {
      decision: leaveByError(
        turn,
        id,
        `State "${state.name}": ${error.message}`,
      ),
    };
  }
}

/** Names the circle that led so deep, or the last loops where there is none. */
function describeDepth(turn: Turn, frame: Frame): string {
  const limit = `Sub-loops are nested more than ${turn.snapshot.maxDepth} deep`;
  const names: string[] = [];
  let isCircle = false;
  for (let at: Frame | null = frame; at !== null && !isCircle;) {
    names.unshift(turn.loop(at.loop).name);
    isCircle = at !== frame && at.loop === frame.loop;
    at = at.parent === null ? null : turn.frame(at.parent);
  }
  const way = isCircle
    ? `, in a circle: ${names.join(" -> ")}`
    : `: … -> ${names.slice(-4).join(" -> ")}`;
  return `${limit}${way}; \`max_depth\` in the configuration sets the limit`;
}
