/** Owns the summary that a run leaves on the page of its job: Markdown of bounded size. */

import { EXIT, type Loop } from "../../model/mod.ts";
import { count } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { showVerdict } from "../evaluation.ts";
import { formatMermaid } from "../mermaid.ts";
import { formatReason, nextCommands } from "../run_end/mod.ts";
import type { PathStep, RunPath } from "../run_path.ts";
import { isSuccess, type RunSummary } from "../run_summary.ts";
import { failedStep } from "./failed_step.ts";
import { fenced, plainText } from "./markdown.ts";

/** What GitHub takes of one step, in bytes. */
export const JOB_SUMMARY_BYTES_MAX = 1_048_576;

const TAIL_LINES = 40;
const LINE_LENGTH_MAX = 500;
const CELL_LENGTH_MAX = 80;

/** What the summary is made of. */
export interface JobSummary {
  readonly summary: RunSummary;
  /** The loop that was started. */
  readonly loop: Pick<Loop, "states" | "initial">;
  readonly path: RunPath;
}

/**
 * Returns the summary in at most `bytesMax` bytes: what does not fit is left out as a whole, the
 * table of steps first, then the drawing, then the output; empty where there is no room at all.
 */
export function formatJobSummary(
  record: JobSummary,
  options: { readonly bytesMax: number },
): string {
  const drawing = drawingOf(record);
  const steps = stepsOf(record.path);
  const tail = tailOf(record);
  const head = headOf(record);
  const choices = [
    [head, drawing, steps, tail],
    [head, drawing, tail],
    [head, tail],
    [head],
  ];
  for (const sections of choices) {
    const text = sections.filter((section) => section !== "").join("\n\n");
    if (new TextEncoder().encode(text).length < options.bytesMax) {
      return `${text}\n`;
    }
  }
  return "";
}

/** Returns how a run ended in one word. */
function outcomeOf(summary: RunSummary): string {
  if (isSuccess(summary.end)) return "completed";
  if (summary.exitStatus === EXIT.paused) return "paused";
  return summary.exitStatus === EXIT.failed ? "failed" : "stopped";
}

function headOf({ summary }: JobSummary): string {
  const { end } = summary;
  const rows: [string, string][] = [
    ["Final state", end.finalState],
    ["Steps", `${end.steps} of ${summary.limits.maxSteps}`],
    ["Time", formatDuration(summary.elapsedMs)],
    ["Exit status", `${summary.exitStatus} (${end.terminatedBy})`],
    ["Run", summary.runId],
    ["Folder", summary.runFolder],
    ...(isSuccess(end) ? [] : nextCommands(summary))
      .map((command, index): [string, string] => [
        index === 0 ? "Next" : "Then",
        command,
      ]),
  ];
  return [
    `## ll-loop: ${plainText(summary.loop)} ${outcomeOf(summary)}`,
    "",
    plainText(formatReason(summary), 500),
    "",
    "| | |",
    "| --- | --- |",
    ...rows.map(([name, value]) => `| ${name} | ${plainText(value, 500)} |`),
  ].join("\n");
}

function drawingOf({ summary, loop, path }: JobSummary): string {
  const { end } = summary;
  const lines = formatMermaid(loop, {
    path,
    end: { state: end.finalState, isSuccess: isSuccess(end) },
  });
  const what = "### The machine and the way taken";
  return lines === null
    ? `${what}\n\nWith ${
      count(Object.keys(loop.states).length, "state")
    } it is too large to be drawn here`
    : `${what}\n\n${fenced(lines, "mermaid")}`;
}

function stepsOf(path: RunPath): string {
  const { first, hidden, last } = path.steps;
  if (first.length === 0) return "";
  return [
    "### Steps",
    "",
    "| # | State | Time | Action | Verdict | Next |",
    "| ---: | --- | ---: | --- | --- | --- |",
    ...first.map(rowOf),
    ...(hidden === 0 ? [] : [`| … | ${count(hidden, "more step")} | | | | |`]),
    ...last.map(rowOf),
  ].join("\n");
}

function rowOf(step: PathStep): string {
  const cells = [
    String(step.step),
    `${"&emsp;".repeat(Math.min(step.depth, 10))}${cell(step.state)}`,
    formatDuration(step.tookMs),
    step.exit === null ? "" : cell(step.exit || "ok"),
    step.verdict === null ? "" : cell(showVerdict(step.verdict)),
    cell(step.to ?? ""),
  ];
  return `| ${cells.join(" | ")} |`;
}

function cell(text: string): string {
  return plainText(text, CELL_LENGTH_MAX);
}

function tailOf({ summary, path }: JobSummary): string {
  const failed = failedStep(summary, path);
  if (failed === null) return "";
  const shown = [["stdout", failed.stdout], ["stderr", failed.stderr]]
    .map(([name, text = ""]) => ({ name, lines: linesOf(text) }))
    .filter(({ lines }) => lines.length > 0);
  if (shown.length === 0) return "";
  const how = failed.exit === "" ? "" : ` (${failed.exit})`;
  return [
    `### Last output of ${plainText(failed.state)}${how}`,
    ...shown.map(({ name, lines }) =>
      `${name}:\n\n${fenced(lines.slice(-TAIL_LINES).map(cutLine), "text")}`
    ),
  ].join("\n\n");
}

function linesOf(text: string): readonly string[] {
  const trimmed = text.trimEnd();
  return trimmed === "" ? [] : trimmed.split("\n");
}

function cutLine(line: string): string {
  return line.length > LINE_LENGTH_MAX
    ? `${line.slice(0, LINE_LENGTH_MAX - 1)}…`
    : line;
}
