// deno-lint-ignore-file camelcase -- events and records keep the reference's names
/** Owns actions: what is asked for, and what follows when one has ended (EXEC 1.7, 2). */

import {
  type ActionEffect,
  type ActionOutcome,
  type AgentFailureKind,
  type AgentReport,
  type Captured,
  type EventBody,
  type GivenVariables,
  hideReferences,
  type JsonObject,
  type Loop,
  own,
  type PromptSettings,
  timeoutsOf,
  wayOn,
  wayOut,
} from "../model/mod.ts";
import {
  charge,
  leaveByBudget,
  leaveByTime,
  leftFor,
  refuseCall,
  withoutStep,
} from "./budget.ts";
import { type Decision, fail, WAIT } from "./decision.ts";
import { classifyFailure } from "./failure_type.ts";
import {
  formatValue,
  interpolate,
  interpolateJson,
  InterpolationError,
} from "./interpolate.ts";
import { givenVariables } from "./given_variables.ts";
import { lookAround } from "./look_around.ts";
import { obeyOutput } from "./obey_output.ts";
import { retryAgent } from "./retry_agent.ts";
import { guardOf, leaveTampered, noteTampering } from "./tamper.ts";
import { throttle } from "./throttle.ts";
import type { Turn } from "./turn.ts";

const PREVIEW_CHARACTERS = 2000;
/** An action with all messages in it grows with every step; each would be stored again and again. */
const SHOWN_ACTION_CHARACTERS = 16 * 1024;

/** What the reference calls an agent's failure (EXEC 9.1). */
const FAILURE_TYPES: { readonly [kind in AgentFailureKind]: string } = {
  rate_limit: "transient",
  overloaded: "transient",
  server: "transient",
  network: "transient",
  context: "transient",
  no_result: "infra_retry",
  auth: "non_recoverable",
  credit: "non_recoverable",
  refused: "real",
  turns: "real",
  budget: "real",
  other: "real",
};

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

/** Takes the outcome of a frame's action. */
export function completeAction(
  turn: Turn,
  id: string,
  answer: { readonly effect: ActionEffect; readonly outcome: ActionOutcome },
): Decision {
  const { effect } = answer;
  const outcome = explainTimeout(answer.outcome);
  const state = turn.state(id);
  const isFlush = turn.frame(id).phase === "flushing";
  if (outcome.startError !== null && !outcome.isCancelled) {
    return isFlush
      ? afterFlush(turn, id)
      : leaveByError(turn, id, `State "${state.name}": ${outcome.startError}`);
  }
  const { agent } = outcome;
  turn.logPublished(effect, () => outputEvents(outcome.stdout.text));
  turn.emit(id, {
    event: "action_complete",
    exit_code: outcome.exitCode,
    duration_ms: Math.round(outcome.durationMs),
    output_preview: previewOf(outcome.stdout.text),
    stderr_preview: previewOf(outcome.stderr.text),
    is_prompt: effect.mode === "prompt",
    ...(outcome.timeoutKind === null
      ? {}
      : { timeout_kind: outcome.timeoutKind }),
    ...(outcome.isCancelled ? { cancelled: true } : {}),
    ...(agent === undefined ? {} : agentFields(agent, state.effort)),
  }, effect.effect);
  // What was spent is spent, also by an action that was cut short.
  if (agent !== undefined) charge(turn, id, agent.usage);
  // Being asked to stop says nothing about the state: it is neither judged nor routed.
  if (outcome.isCancelled) return { do: "halt" };
  const isTampered = noteTampering(turn, id, outcome);
  if (outcome.timeoutKind === "loop") return leaveByTime(turn, id);
  if (agent !== undefined && agent.exceeded !== null && !isFlush) {
    return leaveByBudget(turn, id, agent.exceeded);
  }
  if (agent !== undefined && !isFlush && !isTampered) {
    const { timeoutKind } = outcome;
    const failure = timeoutKind === null ? agent.failure : null;
    const again = retryAgent(turn, id, { host: agent.host, failure });
    if (again !== null) return again;
  }
  if (agent?.session && agent.failure === null && outcome.exitCode === 0) {
    turn.update(id, { sessions: { [agent.host]: agent.session } });
  }
  keepCapture(turn, id, outcome);
  appendMessage(turn, id);
  turn.update(id, {
    result: { outcome, state: state.name, action: effect.action },
    lastOutput: { stdout: outcome.stdout, stderr: outcome.stderr },
  });
  if (isFlush) return obeyOutput(turn, id) ?? afterFlush(turn, id);
  if (isTampered) return leaveTampered(turn, id);
  if (state.next !== null) return leaveByNext(turn, id, outcome);
  const throttled = throttle(turn, id);
  if (throttled === null) return { do: "judge" };
  return obeyOutput(turn, id) ?? throttled;
}

/** Returns the fields of `action_complete` that only prompts have. */
function agentFields(agent: AgentReport, effort: string | null) {
  const { usage } = agent;
  return {
    host: agent.host,
    model: agent.model,
    session_id: agent.session?.id ?? null,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_creation_tokens: usage.cacheWriteTokens,
    cost_usd: usage.costUsd,
    ...(effort === null ? {} : { effort }),
    ...(agent.failure === null ? {} : { agent_failure: agent.failure.kind }),
  };
}

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

/** Remembers what the frame's state gave as `prev`. */
export function rememberPrevious(turn: Turn, id: string): void {
  const { result, state } = turn.frame(id);
  turn.update(id, {
    prev: {
      output: result?.outcome.stdout.text ?? "",
      stderr: result?.outcome.stderr.text ?? "",
      exit_code: result?.outcome.exitCode ?? 0,
      state,
      timeout_kind: result?.outcome.timeoutKind ?? null,
    },
  });
}

function leaveByNext(
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

/** Returns the lines of standard output as the events that told them live (EXEC 6.4). */
function outputEvents(stdout: string): EventBody[] {
  const lines = stdout.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => ({
    event: "action_output",
    line: line.trimEnd(),
  }));
}

/** Returns the outcome with a reason on stderr where a timeout left it empty (EXEC 2.3). */
function explainTimeout(outcome: ActionOutcome): ActionOutcome {
  const { stderr, timeoutKind } = outcome;
  // What the loop's own time cuts short is neither judged nor captured.
  const isTold = timeoutKind === "wall" || timeoutKind === "idle";
  if (!isTold || stderr.text !== "") return outcome;
  const text = timeoutKind === "idle"
    ? "Action idle-timed out"
    : "Action timed out";
  return { ...outcome, stderr: { ...stderr, text } };
}

/** Goes back to the turn that found the cap, which now enters the summary state. */
function afterFlush(turn: Turn, id: string): Decision {
  turn.update(id, { routedFrom: null });
  turn.ask(id, "turn", { kind: "wait", durationMs: 0 });
  return WAIT;
}

function keepCapture(turn: Turn, id: string, outcome: ActionOutcome): void {
  const { capture } = turn.state(id);
  if (capture === null) return;
  const text = `${outcome.stdout.text}\n${outcome.stderr.text}`;
  const record: Captured = {
    output: outcome.stdout.text.replace(/[\r\n]+$/, ""),
    stderr: outcome.stderr.text,
    exit_code: outcome.exitCode,
    duration_ms: Math.round(outcome.durationMs),
    failure_type: outcome.agent?.failure
      ? FAILURE_TYPES[outcome.agent.failure.kind]
      : classifyFailure(outcome.exitCode, text),
    timeout_kind: outcome.timeoutKind,
  };
  const { captured } = turn.frame(id);
  turn.update(id, { captured: { ...captured, [capture]: record } });
}

function appendMessage(turn: Turn, id: string): void {
  const { appendToMessages, name } = turn.state(id);
  if (appendToMessages === null) return;
  try {
    const message = interpolate(appendToMessages, turn.lookup(id));
    turn.update(id, { messages: [...turn.frame(id).messages, message] });
    turn.emit(id, {
      event: "messages_append",
      message,
      state: name,
    });
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    const message = `Nothing was appended to messages: ${error.message}`;
    turn.emit(id, { event: "warning", state: name, message });
  }
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

function previewOf(text: string): string | null {
  const trimmed = text.slice(-PREVIEW_CHARACTERS).trim();
  // The cut may have left half a character.
  return trimmed === "" ? null : trimmed.toWellFormed();
}
