/**
 * Owns the message at the end of a run: one line for success; for every other end at most
 * 15 lines that say why, where, what was printed last, what was used up and what to type next.
 */

import {
  BUILTIN_PREFIX,
  CHECK_STATE,
  commandAgain,
  COUNT_MAX,
  formatSpan,
  joinCommand,
  type RunEnd,
  unreachable,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { formatDuration } from "./duration.ts";
import { formatExit, showVerdict } from "./evaluation.ts";
import { isSuccess, type LastAction, type RunSummary } from "./run_summary.ts";
import { formatBudget, formatSpent } from "./spend.ts";
import { painter, type Style, symbolsOf } from "./style.ts";
import {
  formatChanges,
  formatGoalMissed,
  formatGoalReached,
  formatGoalUsed,
} from "./until_lines.ts";
import { makeVisible, quote } from "./visible.ts";
import { truncate } from "./width.ts";

/** Most lines of an end message. */
export const END_LINES_MAX = 15;

const REASON_LENGTH_MAX = 300;
const LABEL_COLUMNS = 8;

/** Returns the end message as lines. */
export function formatRunEnd(
  summary: RunSummary,
  style: Style,
  options: {
    /** Whether the run's folder is there after a success. @default {true} */
    readonly leavesFolder?: boolean;
  } = {},
): readonly string[] {
  const paint = painter(style);
  const { end } = summary;
  const { until = null, changes = null } = summary;
  const elapsed = formatDuration(summary.elapsedMs);
  const used = until === null
    ? `${count(end.steps, "step")}, ${elapsed}`
    : elapsed;
  const changed = changes === null
    ? []
    : [row("changed", formatChanges(changes), style)];
  if (isSuccess(end)) {
    const tone = "success";
    const how = until === null ? end.finalState : formatGoalReached(until);
    return [
      `${paint(tone, `Loop "${summary.loop}" completed:`)} ${
        paint(tone, how)
      } (${used})`,
      ...spendRows(summary, style),
      ...changed,
      ...(options.leavesFolder === false
        ? []
        : [row("run", summary.runFolder, style)]),
    ];
  }
  const lines = [paint("failure", formatReason(summary))];
  // Whoever typed a command knows of no states.
  if (end.finalState !== "" && until?.isSaved !== false) {
    lines.push(row("state", formatPlace(summary), style));
  }
  const { lastAction } = summary;
  if (lastAction !== null) {
    lines.push(row("action", formatLastAction(lastAction), style));
  }
  const fix = fixOf(summary);
  if (fix !== null) lines.push(row(fix.label, fix.text, style));
  const { programHint = null } = summary;
  if (programHint !== null) lines.push(row("hint", programHint, style));
  const closing = [
    row("used", formatUsed(summary), style),
    ...spendRows(summary, style),
    ...changed,
    ...successorRows(summary, style),
    row("run", `${summary.runFolder} (log, outputs/)`, style),
    ...nextCommands(summary).map((command, index) =>
      row(index === 0 ? "next" : "then", command, style)
    ),
  ];
  const room = END_LINES_MAX - lines.length - closing.length;
  return [...lines, ...formatTails(lastAction, { style, room }), ...closing];
}

function successorRows(
  { successor }: RunSummary,
  style: Style,
): readonly string[] {
  if (successor === undefined) return [];
  const { host, pid } = successor;
  return [row("agent", `${host}, pid ${pid}, goes on with the run`, style)];
}

function spendRows(summary: RunSummary, style: Style): readonly string[] {
  const { spend = null } = summary;
  if (spend === null) return [];
  const limits = formatBudget(spend);
  return [
    ...(Object.keys(spend.states).length === 0
      ? []
      : [row("spent", formatSpent(spend), style)]),
    ...(limits === "" ? [] : [row("budget", limits, style)]),
  ];
}

/** Returns the reason of an end in one sentence, naming the loop. */
export function formatReason(
  summary: Pick<
    RunSummary,
    "loop" | "end" | "limits" | "signal" | "until" | "lastAction"
  >,
): string {
  const { end, limits } = summary;
  const loop = `Loop "${summary.loop}"`;
  const error = end.error === null ? "" : oneLine(end.error);
  // A sentence of the engine's own; what an action says stays as it is.
  const why = error.slice(0, 1).toLowerCase() + error.slice(1);
  const { until = null } = summary;
  const missed = until === null
    ? null
    : formatGoalMissed(until, summary.lastAction);
  if (missed !== null) return `${loop} stopped: ${missed}`;
  switch (end.terminatedBy) {
    case "terminal":
      return end.isFailureTerminal
        ? isGeneric(end)
          ? `${loop} failed: it ended in "${end.finalState}", which means failure`
          : `${loop} failed: ${why}`
        : `${loop} completed: ${end.finalState}`;
    case "max_steps":
      return `${loop} stopped: the cap of ${
        count(limits.maxSteps, "step")
      } is reached`;
    case "max_iterations_reached":
      return `${loop} stopped: the cap of ${
        count(limits.maxIterations ?? limits.passes, "full iteration")
      } is reached`;
    case "timeout":
      return limits.timeoutMs === null
        ? `${loop} stopped: its timeout has passed`
        : `${loop} stopped: its timeout of ${
          formatSpan(limits.timeoutMs)
        } has passed${
          until === null ? "" : `, and ${howCheckStands(summary)}`
        }`;
    case "interrupted":
      return summary.signal === null
        ? `${loop} paused: ${why || "it was asked to stop"}`
        : `${loop} stopped by ${summary.signal}`;
    case "system_signal":
      return `${loop} stopped: ${
        why || "an action was ended by a signal from outside"
      }`;
    case "handoff":
      return `${loop} paused: state "${end.finalState}" asked for a handoff`;
    case "handoff_terminated":
      return `${loop} ended: state "${end.finalState}" asked for a handoff`;
    case "cycle_detected":
      return `${loop} stopped: ${why || "it went in a circle"}`;
    case "stall_detected":
      return `${loop} stopped: ${why || "it made no progress"}`;
    case "budget_exceeded":
      return `${loop} stopped: ${why || "a budget is used up"}`;
    case "host_pressure_abort":
      return `${loop} stopped: ${why || "too much of the memory is in use"}`;
    case "error":
      return `${loop} stopped: ${noRouteReason(end) ?? (error || "an error")}`;
    default:
      return unreachable(end.terminatedBy);
  }
}

function howCheckStands(
  { lastAction }: Pick<RunSummary, "lastAction">,
): string {
  const isCut = lastAction?.state === CHECK_STATE &&
    lastAction.timeoutKind !== null;
  return isCut ? "the check did not end" : "the check still fails";
}

/** Returns the commands to type next, one after the other: each exists and can help. */
export function nextCommands(summary: RunSummary): readonly string[] {
  const { end, limits, until = null } = summary;
  const again = (...added: string[]): string =>
    commandAgain(withoutOption(summary.args, added[0]), added);
  const goOn = (...added: string[]): string =>
    joinCommand([
      "ll-loop",
      "resume",
      summary.runId,
      ...summary.resumeWords,
      ...added,
    ]);
  const log = joinCommand(["tail", "-n", "50", `${summary.runFolder}log`]);
  if (until !== null && until.gaveUp !== null) {
    return until.gaveUp === "used-up" && !until.isSaved && until.max !== null
      ? [again("--times", String(until.max * 2))]
      : [again()];
  }
  if (until?.isSaved === false && end.terminatedBy === "timeout") {
    const span = formatSpan((limits.timeoutMs ?? 0) * 2);
    return [again("--timeout", span.replaceAll(" ", ""))];
  }
  const goOnEdited = () =>
    isOfFile(summary) ? goOn("--accept-changes") : again();
  const goOnLonger = (option: string, cap: number) =>
    // An option takes no more than a million: beyond that only the file can say.
    cap >= COUNT_MAX
      ? goOnEdited()
      : goOn(option, String(Math.min(cap * 2, COUNT_MAX)));
  switch (end.terminatedBy) {
    case "max_steps":
      return [goOnLonger("--max-steps", limits.maxSteps)];
    case "max_iterations_reached":
      return [
        goOnLonger("--max-iterations", limits.maxIterations ?? limits.passes),
      ];
    case "host_pressure_abort":
      return [goOn()];
    case "handoff":
      // Somebody goes on with it already.
      return summary.successor === undefined
        ? [goOn()]
        : [joinCommand(["ll-loop", "status", summary.runId])];
    case "interrupted":
    case "system_signal":
      return [goOn()];
    case "timeout":
      return [goOnEdited()];
    case "cycle_detected":
      return [log, goOnEdited()];
    case "error":
      if (end.noRoute !== null) return [goOnEdited()];
      // There is no reason in the log where it lies outside of the loop.
      return summary.hint === null ? [log, goOn()] : [goOn()];
    case "stall_detected":
      return [log, goOn()];
    case "budget_exceeded":
      return summary.spend?.raise === undefined
        ? [goOnEdited()]
        : [goOn(...summary.spend.raise)];
    case "terminal":
      return [log];
    case "handoff_terminated":
      return [again()];
    default:
      return unreachable(end.terminatedBy);
  }
}

/** Returns whether the definition of a run is one that its user can edit. */
function isOfFile({ limitPlace, place }: RunSummary): boolean {
  const file = limitPlace?.file ?? place?.file ?? BUILTIN_PREFIX;
  return !file.startsWith(BUILTIN_PREFIX);
}

/**
 * Returns the YAML that gives `verdict` a route, for a state with or without a route table.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(routeLine("no", { hasRouteTable: false }), "on_no: <state>");
 * assertEquals(routeLine("no", { hasRouteTable: true }), '"no": <state>');
 * assertEquals(routeLine("", { hasRouteTable: true }), "_: <state>");
 * ```
 */
export function routeLine(
  verdict: string,
  options: { readonly hasRouteTable: boolean },
): string {
  // YAML 1.1 readers take these words, unquoted, for booleans.
  const isPlain = /^[A-Za-z_][\w-]*$/.test(verdict) &&
    !/^(yes|no|on|off|true|false|null|y|n)$/i.test(verdict);
  // No key is the empty verdict, so that only the way for all others can take it.
  const key = verdict === ""
    ? "_"
    : isPlain
    ? verdict
    : JSON.stringify(verdict);
  if (options.hasRouteTable) return `${key}: <state>`;
  // The words would be read as other names for yes and no.
  if (verdict === "" || verdict === "success" || verdict === "failure") {
    return `route: { ${key}: <state> }`;
  }
  return /^[\w-]+$/.test(verdict)
    ? `on_${verdict}: <state>`
    : `${JSON.stringify(`on_${verdict}`)}: <state>`;
}

function noRouteReason(end: RunEnd): string | null {
  if (end.noRoute === null) return null;
  const { state, verdict, exitCode } = end.noRoute;
  const exit = exitCode === null ? "" : ` (exit code ${exitCode})`;
  return `state "${state}" has no route for verdict ${quote(verdict)}${exit}`;
}

/** Returns what to add or raise so that the end would be another one; `null` where nothing would help. */
export function fixOf(
  summary: Pick<
    RunSummary,
    "end" | "hint" | "hasRouteTable" | "place" | "limitPlace" | "until"
  >,
): { readonly label: string; readonly text: string } | null {
  const { end, hasRouteTable, hint } = summary;
  if (hint !== null) return { label: "hint", text: hint };
  if (end.noRoute !== null) {
    const line = routeLine(end.noRoute.verdict, { hasRouteTable });
    const where = hasRouteTable ? "under its route:" : "to the state";
    return {
      label: "add",
      text: `${line}   ${where}${ownCopy(summary.place?.file ?? "")}`,
    };
  }
  const { limitPlace, until = null } = summary;
  if (limitPlace !== null && until?.isSaved !== false) {
    const { key, file, line } = limitPlace;
    const where = line === null
      ? `at the top of ${file}`
      : `at ${file}:${line}`;
    const wanted = end.terminatedBy === "timeout" ? "" : ", if that is wanted";
    return {
      label: "raise",
      text: file.startsWith(BUILTIN_PREFIX)
        ? `${key}${wanted}${ownCopy(file)}`
        : `${key} ${where}${wanted}`,
    };
  }
  return end.continuation === null
    ? null
    : { label: "prompt", text: oneLine(end.continuation) };
}

/** Nobody can edit a built-in loop. Returns how to get one that can be edited; else nothing. */
function ownCopy(file: string): string {
  if (!file.startsWith(BUILTIN_PREFIX)) return "";
  const name = file.slice(BUILTIN_PREFIX.length).replace(/\.yaml$/, "");
  return `, in a copy of your own: ${
    joinCommand(["ll-loop", "install", name])
  }`;
}

function formatPlace(summary: RunSummary): string {
  const { finalState } = summary.end;
  if (summary.place === null) return finalState;
  const { file, line } = summary.place;
  return `${finalState} at ${file}${line === null ? "" : `:${line}`}`;
}

function formatLastAction(action: LastAction): string {
  const owner = action.subLoop === null ? "" : ` of ${action.subLoop}`;
  const parts = [
    `${action.state}${owner}`,
    formatExit(action) || "exit 0",
    action.verdict === null ? "" : `verdict ${showVerdict(action.verdict)}`,
    formatDuration(action.durationMs),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function formatUsed(summary: RunSummary): string {
  const { end, limits, until = null } = summary;
  const isFirstCheck = until?.hasFix === false && until.used === 0;
  const parts = isFirstCheck ? [] : [
    until === null
      ? `${end.steps} of ${count(limits.maxSteps, "step")}`
      : formatGoalUsed(until),
  ];
  if (limits.maxIterations !== null) {
    parts.push(
      `${limits.passes} of ${count(limits.maxIterations, "full iteration")}`,
    );
  }
  const limit = limits.timeoutMs === null
    ? ""
    : ` of ${formatSpan(limits.timeoutMs)}`;
  // Ending what ran takes a moment longer: it is not of the time that was allowed.
  const usedMs = end.terminatedBy === "timeout"
    ? Math.min(summary.elapsedMs, limits.timeoutMs ?? Infinity)
    : summary.elapsedMs;
  parts.push(formatDuration(usedMs) + limit);
  return parts.join(", ");
}

/** Returns the last lines of both streams in at most `room` lines; stderr gets up to half. */
function formatTails(
  action: LastAction | null,
  options: { readonly style: Style; readonly room: number },
): string[] {
  if (action === null) return [];
  const { style, room } = options;
  const stdout = action.stdoutLines.filter((line) => line.trim() !== "");
  const stderr = action.stderrLines.filter((line) => line.trim() !== "");
  const stderrRoom = Math.min(
    stderr.length,
    Math.max(Math.floor(room / 2), room - stdout.length),
  );
  const stdoutRoom = Math.min(stdout.length, room - stderrRoom);
  return [
    ...labelled("stdout", stdout.slice(stdout.length - stdoutRoom), style),
    ...labelled("stderr", stderr.slice(stderr.length - stderrRoom), style),
  ];
}

function labelled(
  label: string,
  lines: readonly string[],
  style: Style,
): string[] {
  const { ellipsis } = symbolsOf(style);
  return lines.map((line, index) => {
    const text = makeVisible(line, {
      color: style.color,
      unicode: style.unicode !== false,
    });
    return truncate(row(index === 0 ? label : "", text, style), {
      columns: style.columns,
      ellipsis,
    });
  });
}

/** Returns the arguments without the long option `name` and its value, which are to be given anew. */
function withoutOption(
  args: readonly string[],
  name: string | undefined,
): readonly string[] {
  if (name === undefined) return args;
  return args.filter((arg, index) =>
    arg !== name && args[index - 1] !== name && !arg.startsWith(`${name}=`)
  );
}

/** Facts are never cut: they are there to be read in full and copied. */
function row(label: string, text: string, style: Style): string {
  return painter(style)("secondary", `  ${label.padEnd(LABEL_COLUMNS)}`) + text;
}

function oneLine(text: string): string {
  const line = makeVisible(text.trim().replaceAll(/\s*\n\s*/g, " "));
  return line.length > REASON_LENGTH_MAX
    ? line.slice(0, REASON_LENGTH_MAX - 1) + "…"
    : line;
}

/** Whether an end says nothing but where it is. */
function isGeneric({ error, finalState }: RunEnd): boolean {
  return error === null || error === "" ||
    error === `Reached the failure state "${finalState}"`;
}
