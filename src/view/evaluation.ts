/** Owns how an action's end, its verdict and the way that follows read. */

import type { EventBody } from "../model/mod.ts";
import { formatDuration } from "./duration.ts";
import type { Tone } from "./style.ts";
import { makeVisible } from "./visible.ts";

/** The event of a verdict. */
export type EvaluateEvent = Extract<EventBody, { readonly event: "evaluate" }>;

/** The event of an action's end. */
export type ActionCompleteEvent = Extract<
  EventBody,
  { readonly event: "action_complete" }
>;

const GOOD_VERDICTS = new Set(["yes", "target", "progress", "success"]);
const BAD_VERDICTS = new Set([
  "no",
  "error",
  "blocked",
  "stall",
  "tool_error",
  "not_found",
  "timeout",
]);

/** Returns whether a verdict is good, bad, or a word whose meaning only the loop knows. */
export function verdictTone(
  verdict: string,
): Extract<Tone, "success" | "failure" | "name"> {
  if (GOOD_VERDICTS.has(verdict)) return "success";
  return BAD_VERDICTS.has(verdict) ? "failure" : "name";
}

/** Returns a verdict as events show it: the empty one, which `classify` can give, as quotes. */
export function showVerdict(verdict: string): string {
  return verdict === "" ? '""' : makeVisible(verdict);
}

/**
 * Returns how an action ended, empty for exit code 0: `exit 2`, `signal 9`, `timed out`,
 * `stopped`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatExit({ exitCode: -9 }), "signal 9");
 * assertEquals(formatExit({ exitCode: 124, timeoutKind: "idle" }), "timed out (idle)");
 * ```
 */
export function formatExit(
  end: {
    readonly exitCode: number;
    readonly timeoutKind?: string | null;
    readonly isCancelled?: boolean;
  },
): string {
  if (end.isCancelled === true) return "stopped";
  switch (end.timeoutKind ?? null) {
    case null:
      break;
    case "idle":
      return "timed out (idle)";
    case "loop":
      return "timed out (no time left)";
    default:
      return "timed out";
  }
  if (end.exitCode === 0) return "";
  return end.exitCode < 0 ? `signal ${-end.exitCode}` : `exit ${end.exitCode}`;
}

/** Returns how the action of an event ended, as {@linkcode formatExit} has it. */
export function formatExitOf(event: ActionCompleteEvent): string {
  return formatExit({
    exitCode: event.exit_code,
    timeoutKind: event.timeout_kind ?? null,
    isCancelled: event.cancelled === true,
  });
}

/** Returns exit and time of an action: `exit 1  0.3s`, `1.2s`. */
export function formatActionEnd(event: ActionCompleteEvent): string {
  const exit = formatExitOf(event);
  const time = formatDuration(event.duration_ms);
  return exit === "" ? time : `${exit}  ${time}`;
}

/** Returns what an evaluator says beside its verdict in a few words; empty when nothing. */
export function formatEvaluationDetail(event: EvaluateEvent): string {
  const number = (key: string): string | null => {
    const value = event[key];
    return typeof value === "number" || typeof value === "string"
      ? String(value)
      : null;
  };
  const error = number("error");
  if (error !== null && error !== "") return error;
  const parts: string[] = [];
  const value = number("value") ?? number("current");
  if (value !== null && event["target"] !== undefined) {
    const operator = number("operator") ?? "target";
    parts.push(`${value} ${operator} ${JSON.stringify(event["target"])}`);
  }
  const stall = number("stall_count");
  if (stall !== null) {
    const max = number("max_stall") ?? number("max_repeat") ?? "?";
    parts.push(`unchanged ${stall}/${max}`);
  }
  if (event["evidence_coerced"] === true) {
    parts.push("it quotes nothing, so that this is a no");
  }
  if (event["evidence_found"] === false) {
    parts.push("what it quotes is not in the text");
  }
  const reason = number("reason");
  if (reason !== null && reason !== "") parts.push(reason);
  return parts.join("; ");
}

/** Returns the confidence as `(0.93)`; empty without one. */
export function formatConfidence(event: EvaluateEvent): string {
  const confidence = event["confidence"];
  return typeof confidence === "number" ? `(${confidence.toFixed(2)})` : "";
}

/** Returns why a route was taken where that is no verdict; empty otherwise. */
export function routeReason(
  event: Extract<EventBody, { readonly event: "route" }>,
): string {
  const { ignored_exit_code: exitCode } = event;
  return exitCode === undefined
    ? event.reason ?? ""
    : `in spite of ${formatExit({ exitCode })}`;
}
