/** Owns asking for actions (EXEC 1.7). What follows when one has ended is in `complete_action.ts`. */

import {
  type ActionEffect,
  type Captured,
  type GivenVariables,
  hideReferences,
  type JsonObject,
  type Loop,
  own,
  type PromptSettings,
  timeoutsOf,
} from "../model/mod.ts";
import { leftFor, refuseCall, withoutStep } from "./budget.ts";
import { type Decision, WAIT } from "./decision.ts";
import { givenVariables } from "./given_variables.ts";
import {
  formatValue,
  interpolate,
  interpolateJson,
  InterpolationError,
} from "./interpolate.ts";
import { afterFlush, leaveByError } from "./leave_action.ts";
import { lookAround } from "./look_around.ts";
import { guardOf } from "./tamper.ts";
import type { Turn } from "./turn.ts";

/** An action with all messages in it grows with every step; each would be stored again and again. */
const SHOWN_ACTION_CHARACTERS = 16 * 1024;

/** Asks for the action of a frame's state. */
export function startAction(
  turn: Turn,
  id: string,
  options: { readonly isFlush: boolean },
): Decision {
  const state = turn.state(id);
  const frame = turn.frame(id);
  const loop = turn.loop(frame.loop);
  const mode = state.kind === "prompt" || state.kind === "mcp"
    ? state.kind
    : "shell";
  let action: string;
  let params: JsonObject;
  let stdin: string | null;
  let variables: GivenVariables;
  try {
    const lookup = turn.lookup(id);
    action = interpolate(state.action ?? "", lookup);
    params = interpolateJson(state.params, lookup) as JsonObject;
    stdin = state.stdin === null ? null : interpolate(state.stdin, lookup);
    variables = givenVariables(turn, id);
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    return options.isFlush
      ? afterFlush(turn, id)
      : leaveByError(turn, id, `State "${state.name}": ${error.message}`);
  }
  const isPrompt = mode === "prompt";
  if (isPrompt) {
    const refused = refuseCall(turn, id);
    if (refused !== null) {
      return options.isFlush ? refused : withoutStep(turn, id, refused);
    }
    const look = options.isFlush ? null : lookAround(turn, id);
    if (look !== null) return look;
    action = afterHandoff(turn, action);
  }
  warnOfSize(turn, id, { loop, size: action.length, isPrompt });
  const effect = turn.ask(id, options.isFlush ? "flushing" : "acting", {
    kind: "action",
    state: state.name,
    mode,
    action,
    params,
    ...limitsOf(turn, id),
    cwd: frame.cwd,
    detach: state.detach,
    stdin,
    lastOutput: stdin === null ? null : frame.lastOutput,
    context: frame.context,
    captured: outputsOf(frame.captured),
    handoffThreshold: loop.handoffThreshold,
    ...(isPrompt ? { prompt: promptSettings(turn, id) } : {}),
    ...guardOf(state, loop),
    ...variables,
  });
  turn.emit(id, {
    event: "action_start",
    action: shownAction(action),
    is_prompt: isPrompt,
    state: state.name,
  }, effect);
  return WAIT;
}

/** Returns a prompt behind what the handoff before it has left, which the first prompt is given. */
function afterHandoff(turn: Turn, action: string): string {
  const { continuation = "" } = turn.snapshot;
  if (continuation === "") return action;
  turn.patch({ continuation: "" });
  return `${continuation}\n\n${action}`;
}

/** Returns what the agent of the frame's state is called with. */
function promptSettings(turn: Turn, id: string): PromptSettings {
  const state = turn.state(id);
  const frame = turn.frame(id);
  const loop = turn.loop(frame.loop);
  const mode = state.sessionMode ?? loop.sessionMode ?? "fresh";
  return {
    host: state.host ?? loop.host ?? null,
    model: state.model,
    agent: state.agent,
    tools: state.tools,
    effort: state.effort,
    sessions: mode === "continue" ? frame.sessions ?? {} : {},
    left: leftFor(turn, id),
  };
}

/** Returns an action as events tell it: the beginning of a very long one, and its length. */
function shownAction(action: string): string {
  if (action.length <= SHOWN_ACTION_CHARACTERS) return action;
  const start = hideReferences(action).slice(0, SHOWN_ACTION_CHARACTERS);
  return `${start.toWellFormed()}… (${action.length} characters)`;
}

function warnOfSize(
  turn: Turn,
  id: string,
  options: {
    readonly loop: Loop;
    readonly size: number;
    readonly isPrompt: boolean;
  },
): void {
  const { loop, size, isPrompt } = options;
  const { enabled, warnChars } = loop.promptSizeGuard;
  if (!enabled || warnChars === 0 || size < warnChars) return;
  turn.emit(id, {
    event: "prompt_size_warn",
    loop: loop.name,
    state: turn.frame(id).state,
    size,
    threshold: warnChars,
    est_tokens: Math.floor(size / 4),
    is_prompt: isPrompt,
  });
}

function limitsOf(
  turn: Turn,
  id: string,
): Pick<ActionEffect, "timeoutMs" | "idleTimeoutMs" | "isLoopDeadline"> {
  const loop = turn.loop(turn.frame(id).loop);
  const timeouts = timeoutsOf(loop, turn.state(id));
  const idleTimeoutMs = timeouts?.idleTimeoutMs ?? 0;
  return { ...turn.clamp(id, timeouts?.timeoutMs ?? 0), idleTimeoutMs };
}

function outputsOf(
  captured: { readonly [name: string]: Captured },
): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(captured).flatMap(([name, record]) => {
      const output = own(record, "output");
      return output === undefined ? [] : [[name, formatValue(output)]];
    }),
  );
}
