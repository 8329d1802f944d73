/** Owns what follows when an action has ended (EXEC 1.7, 2). */

import type {
  ActionEffect,
  ActionOutcome,
  AgentReport,
  EventBody,
} from "../model/mod.ts";
import { charge, leaveByBudget, leaveByTime } from "./budget.ts";
import type { Decision } from "./decision.ts";
import { appendMessage, keepCapture } from "./keep_result.ts";
import { afterFlush, leaveByError, leaveByNext } from "./leave_action.ts";
import { obeyOutput } from "./obey_output.ts";
import { retryAgent } from "./retry_agent.ts";
import { leaveTampered, noteTampering } from "./tamper.ts";
import { throttle } from "./throttle.ts";
import type { Turn } from "./turn.ts";

const PREVIEW_CHARACTERS = 2000;

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

function previewOf(text: string): string | null {
  const trimmed = text.slice(-PREVIEW_CHARACTERS).trim();
  // The cut may have left half a character.
  return trimmed === "" ? null : trimmed.toWellFormed();
}
