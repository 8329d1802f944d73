/** Owns what `test` says of one real step, as text and JSON. */

import {
  ABSTENTION_RULE,
  ABSTENTIONS_MAX,
  joinCommand,
  type Json,
  type JsonObject,
  SCHEMA_VERSION,
  type State,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { formatDuration } from "./duration.ts";
import { formatExit } from "./evaluation.ts";
import { fixOf } from "./run_end/mod.ts";
import type { RunSummary } from "./run_summary.ts";
import { painter, type Style, symbolsOf, type Tone } from "./style.ts";
import { makeVisible, quote } from "./visible.ts";

/** The test of one state. Paths are as they shall be shown. */
export interface StateTestReport {
  readonly loop: string;
  readonly state: State;
  readonly file: string;
  readonly line: number | null;
  /** What judges the state; `null` where nothing does. */
  readonly judge: string | null;
  /** How the state can turn out, and where that leads: `null` is no route. */
  readonly turnouts: readonly {
    readonly verdict: string;
    readonly target: string | null;
    readonly by: string | null;
  }[];
  /** `null` for a state that ends the loop or runs another one. */
  readonly step: TestedStep | null;
}

/** What the step gave. */
export interface TestedStep {
  /** The resolved action; `null` where none was begun. */
  readonly action: string | null;
  /** How the action ended; `null` where none did. */
  readonly ended: {
    readonly exitCode: number;
    readonly durationMs: number;
    readonly timeoutKind: string | null;
    readonly isCancelled: boolean;
    readonly stdout: string;
    readonly stderr: string;
    /** Whether a part of a stream is left out. */
    readonly isTruncated: boolean;
  } | null;
  /** Whether an answer stood for the action. */
  readonly isAnswered: boolean;
  readonly judged:
    | { readonly verdict: string; readonly details: JsonObject }
    | null;
  readonly route: {
    readonly to: string;
    readonly by: string;
    /** What the target does to the run. */
    readonly ends: "success" | "failure" | null;
  } | null;
  /** How the run of that one step ended. */
  readonly summary: RunSummary;
  /** Whether its output asks for a pause. */
  readonly isPausing: boolean;
  readonly exitStatus: number;
}

/** Returns the result as lines, the most important first. */
export function formatStateTest(
  report: StateTestReport,
  style: Style,
): readonly string[] {
  const { state, step } = report;
  const { tone, text } = titleOf(report);
  const place = report.line === null
    ? report.file
    : `${report.file}:${report.line}`;
  const rows: (readonly [string, string])[] = [
    ["at", place],
    ...(step === null ? inertRows(report) : stepRows(report, { step, style })),
  ];
  const ways = formatWays(report, style);
  if (ways !== null) rows.push(ways);
  if (state.maxRetries !== null) rows.push(["retries", formatRetries(state)]);
  const paint = painter(style);
  return [
    paint(tone, text),
    ...rows.map(([label, value]) =>
      paint("secondary", `  ${label.padEnd(LABEL_COLUMNS)}`) +
      makeVisible(value)
    ),
  ];
}

/** Returns the object that `test --json` prints: times in ms, names as in events. */
export function stateTestJson(report: StateTestReport): JsonObject {
  const { state, step } = report;
  const ended = step?.ended ?? null;
  return {
    schema_version: SCHEMA_VERSION,
    loop: report.loop,
    state: state.name,
    file: report.file,
    line: report.line,
    kind: state.terminal ? "terminal" : state.kind,
    tested: step !== null,
    action: step?.action ?? null,
    answered: step?.isAnswered ?? false,
    exit_code: ended?.exitCode ?? null,
    duration_ms: ended === null ? null : Math.round(ended.durationMs),
    timeout_kind: ended?.timeoutKind ?? null,
    stdout: ended?.stdout ?? null,
    stderr: ended?.stderr ?? null,
    truncated: ended?.isTruncated ?? false,
    evaluator: report.judge,
    verdict: step?.judged?.verdict ?? null,
    details: step?.judged?.details ?? null,
    to: step?.route?.to ?? null,
    by: step?.route?.by ?? null,
    ends: step?.route?.ends ?? null,
    pauses: step?.isPausing ?? false,
    no_route: noRouteJson(step),
    // Where it leads on nothing has ended: the test stops there.
    error: step === null || step.route !== null ? null : step.summary.end.error,
    exit_status: step?.exitStatus ?? 0,
    turnouts: report.turnouts.map(({ verdict, target, by }) => ({
      verdict,
      to: target,
      by,
    })),
  };
}

const LABEL_COLUMNS = 10;
const DETAIL_LENGTH_MAX = 200;

function titleOf(
  report: StateTestReport,
): { readonly tone: Tone; readonly text: string } {
  const { state, step } = report;
  const name = `State ${quote(state.name)} of loop ${quote(report.loop)}`;
  if (step === null) {
    const what = state.terminal
      ? `ends the loop${state.failure ? " as failed" : ""}`
      : `runs the loop ${quote(state.loop ?? "")}`;
    return { tone: "name", text: `${name} ${what}: there is nothing to test` };
  }
  const { route, summary: { end } } = step;
  if (route !== null) {
    const ends = route.ends === null
      ? ""
      : route.ends === "success"
      ? ", which ends the loop"
      : ", which ends the loop as failed";
    const tone = route.ends === "failure" ? "failure" : "success";
    return { tone, text: `${name} leads to ${quote(route.to)}${ends}` };
  }
  if (end.noRoute !== null) {
    const { verdict, exitCode } = end.noRoute;
    const exit = exitCode === null ? "" : ` (exit code ${exitCode})`;
    return {
      tone: "failure",
      text: `${name} leads nowhere: it has no route for verdict ${
        quote(verdict)
      }${exit}`,
    };
  }
  const reason = oneLine(end.error);
  switch (end.terminatedBy) {
    case "handoff":
      return { tone: "warning", text: `${name} pauses the run: ${reason}` };
    case "interrupted":
      return { tone: "warning", text: `${name} was not tested: ${reason}` };
    default:
      return { tone: "failure", text: `${name} ends the run: ${reason}` };
  }
}

function inertRows(
  { state }: StateTestReport,
): readonly (readonly [string, string])[] {
  if (!state.terminal) {
    const child = state.loop ?? "";
    return child.includes("${")
      ? []
      : [["next", joinCommand(["ll-loop", "test", child])]];
  }
  return state.action === null
    ? []
    : [["note", "its action runs only as the summary of a cap"]];
}

function stepRows(
  report: StateTestReport,
  options: { readonly step: TestedStep; readonly style: Style },
): readonly (readonly [string, string])[] {
  const { step, style } = options;
  const { ended, judged, route, summary } = step;
  const rows: (readonly [string, string])[] = [];
  if (ended !== null) {
    const exit = formatExit(ended) || "exit 0";
    rows.push([
      "action",
      step.isAnswered
        ? `${exit} (answered, not run)`
        : `${exit}, ${formatDuration(ended.durationMs)}`,
    ]);
  }
  if (judged !== null) {
    const isDefault = report.state.evaluate === null;
    const isAnswered = judged.details["simulated"] === true;
    const by = `${report.judge ?? "nothing"}${isDefault ? " (default)" : ""}`;
    rows.push([
      "verdict",
      `${judged.verdict}, ${isAnswered ? `answered for ${by}` : `by ${by}`}`,
    ]);
    const details = formatDetails(judged.details);
    if (details !== "") rows.push(["details", details]);
  }
  if (route !== null) {
    const { arrow } = symbolsOf(style);
    rows.push(["route", `${route.by} ${arrow} ${route.to}`]);
  }
  if (route !== null && step.isPausing) {
    rows.push([
      "note",
      `the run pauses before that: ${oneLine(summary.end.error)}`,
    ]);
  }
  const fix = fixOf(summary);
  if (route === null && fix !== null) rows.push([fix.label, fix.text]);
  if (route?.by === "next" && ended !== null && ended.exitCode !== 0) {
    rows.push([
      "note",
      "a failed action leads on as well; on_error would take it",
    ]);
  }
  if (report.judge?.endsWith("_stall") === true) {
    rows.push([
      "note",
      "earlier steps left nothing here: a stall shows in a run",
    ]);
  }
  return rows;
}

function oneLine(text: string | null): string {
  return makeVisible((text ?? "").replaceAll(/\s*\n\s*/g, " "));
}

function formatDetails(details: JsonObject): string {
  const parts = Object.entries(details)
    .filter(([key]) => key !== "simulated")
    .map(([key, value]) => `${key} ${formatDetail(value)}`);
  return parts.join(", ");
}

function formatDetail(value: Json): string {
  const text = typeof value === "string" ? quote(value) : JSON.stringify(value);
  return text.length > DETAIL_LENGTH_MAX
    ? `${text.slice(0, DETAIL_LENGTH_MAX - 1)}…`
    : text;
}

/** Returns where the state can lead, as far as there is a choice. */
function formatWays(
  { state, turnouts, judge }: StateTestReport,
  style: Style,
): readonly [string, string] | null {
  const { arrow } = symbolsOf(style);
  const isByExitCode = judge === null && state.kind !== "loop";
  if (turnouts.length === 0 || isByExitCode && turnouts.length === 1) {
    return null;
  }
  const ways = turnouts.map(({ verdict, target, by }) => {
    const what = !isByExitCode
      ? verdict
      : verdict === "error"
      ? "any other"
      : "exit 0";
    const often = by === ABSTENTION_RULE
      ? ` (${count(ABSTENTIONS_MAX, "time")} at most)`
      : "";
    return target === null
      ? `${what}: no route`
      : `${what} ${arrow} ${target}${often}`;
  });
  return [isByExitCode ? "ways" : "verdicts", ways.join(", ")];
}

function formatRetries({ maxRetries, onRetryExhausted }: State): string {
  const times = count(maxRetries ?? 0, "repetition");
  return onRetryExhausted === null
    ? `${times} in a row, then the run ends`
    : `${times} in a row, then ${onRetryExhausted}`;
}

function noRouteJson(step: TestedStep | null): JsonObject | null {
  const noRoute = step?.summary.end.noRoute ?? null;
  return noRoute === null
    ? null
    : { verdict: noRoute.verdict, exit_code: noRoute.exitCode };
}
