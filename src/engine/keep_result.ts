// deno-lint-ignore-file camelcase -- events and records keep the reference's names
/** Owns what a frame keeps of an action's end: its capture, its messages, `prev` (EXEC 2). */

import type {
  ActionOutcome,
  AgentFailureKind,
  Captured,
} from "../model/mod.ts";
import { classifyFailure } from "./failure_type.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import type { Turn } from "./turn.ts";

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

/** Stores the end of the action as the capture of the frame's state, where it has one. */
export function keepCapture(
  turn: Turn,
  id: string,
  outcome: ActionOutcome,
): void {
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

/** Appends what the frame's state says to the messages. */
export function appendMessage(turn: Turn, id: string): void {
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
