/**
 * Owns the message at the end of a run: one line for success; for every other end at most
 * 15 lines that say why, where, what was printed last, what was used up and what to type next.
 */

import { formatSpan } from "../../model/mod.ts";
import { count } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { formatExit, showVerdict } from "../evaluation.ts";
import { isSuccess, type LastAction, type RunSummary } from "../run_summary.ts";
import { formatBudget, formatSpent } from "../spend.ts";
import { painter, type Style, symbolsOf } from "../style.ts";
import {
  formatChanges,
  formatGoalReached,
  formatGoalUsed,
} from "../until_lines.ts";
import { makeVisible } from "../visible.ts";
import { truncate } from "../width.ts";
import { fixOf } from "./fix.ts";
import { nextCommands } from "./next_commands.ts";
import { formatReason } from "./reason.ts";

/** Most lines of an end message. */
export const END_LINES_MAX = 15;

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

/** Facts are never cut: they are there to be read in full and copied. */
function row(label: string, text: string, style: Style): string {
  return painter(style)("secondary", `  ${label.padEnd(LABEL_COLUMNS)}`) + text;
}
