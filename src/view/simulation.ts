/** Owns what `simulate` says before and after its steps, as text and JSON. */

import {
  formatSpan,
  type JsonObject,
  type LoopOrigin,
  SCHEMA_VERSION,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { fixOf, formatReason } from "./run_end/mod.ts";
import { formatSource } from "./run_header.ts";
import { isSuccess, type RunSummary } from "./run_summary.ts";
import { painter, type Style, symbolsOf } from "./style.ts";
import { makeVisible } from "./visible.ts";

/** What is known before the first step. Paths are as they shall be shown. */
export interface SimulationHeader {
  readonly loop: string;
  readonly origin: LoopOrigin;
  readonly file: string;
  /** Who decides how states turn out, in words: `scenario all-fail`. */
  readonly answers: string;
  readonly maxSteps: number;
  /** Cap of the definition. */
  readonly definedSteps: number;
  /** Values that a run would refuse to start without. */
  readonly missing: readonly SimulatedMissing[];
}

/** A value that nobody gave. */
export interface SimulatedMissing {
  readonly name: string;
  /** What to add, such as `--context name=VALUE`. */
  readonly add: string;
  /** Whether a text stands for it; otherwise what needs it fails as it would in a run. */
  readonly isMadeUp: boolean;
}

/** How a simulation went. */
export interface SimulationReport extends SimulationHeader {
  /** What decides where `verdicts` does not; `null` where somebody was asked. */
  readonly scenario: string | null;
  /** The verdicts that were asked for, as they were typed. */
  readonly verdicts: string | null;
  readonly steps: readonly SimulatedStep[];
  readonly visited: readonly string[];
  readonly tally: SimulatedTally;
  /** How the run would have ended. */
  readonly summary: RunSummary;
  /** What to try instead, where the end says little about the loop. */
  readonly tip: string | null;
}

/** One state that was entered. `null` where there was nothing. */
export interface SimulatedStep {
  readonly depth: number;
  readonly loop: string;
  readonly step: number;
  readonly state: string;
  readonly action: string | null;
  readonly exitCode: number | null;
  readonly verdict: string | null;
  readonly error: string | null;
  readonly to: string | null;
  readonly by: string | null;
}

/** What would have been done. */
export interface SimulatedTally {
  readonly shell: number;
  readonly prompt: number;
  readonly mcp: number;
  readonly learning: number;
  readonly judge: number;
  readonly loop: number;
  readonly worktree: number;
  readonly waitMs: number;
}

/** Returns the lines that a simulation starts with. */
export function formatSimulationHeader(
  header: SimulationHeader,
  style: Style,
): readonly string[] {
  const rows: [string, string][] = [
    ["from", formatSource(header)],
    ["answers", header.answers],
    ["limit", formatLimit(header)],
  ];
  for (const { name, add, isMadeUp } of header.missing) {
    const stand = isMadeUp ? `"<${name}>" stands for it` : "left out";
    rows.push(["missing", `"${name}": add ${add} (${stand})`]);
  }
  const paint = painter(style);
  return [
    `Simulating loop: ${
      paint("name", header.loop)
    } (nothing is run or written)`,
    ...rows.map(([label, text]) => row(label, text, style)),
  ];
}

/** Returns the lines that a simulation ends with: how it ended, where it went, what it would have done. */
export function formatSimulationEnd(
  report: SimulationReport,
  style: Style,
): readonly string[] {
  const { summary, maxSteps, definedSteps } = report;
  const { end, place } = summary;
  const paint = painter(style);
  const lines = [
    paint(isSuccess(end) ? "success" : "failure", formatTitle(report)),
  ];
  if (!isSuccess(end) && place !== null) {
    const { file, line } = place;
    const at = line === null ? file : `${file}:${line}`;
    lines.push(row("state", `${end.finalState} at ${at}`, style));
  }
  const fix = fixOf(summary);
  if (fix !== null) lines.push(row(fix.label, fix.text, style));
  if (report.tip !== null) lines.push(row("or try", report.tip, style));
  const { arrow } = symbolsOf(style);
  lines.push(
    row("visited", report.visited.map(visible).join(` ${arrow} `), style),
    row("would do", formatTally(report.tally), style),
  );
  if (end.terminatedBy === "max_steps" && maxSteps < definedSteps) {
    const more = Math.min(definedSteps, maxSteps * 5);
    lines.push(
      row(
        "limit",
        `${formatLimit(report)}; --max-steps ${more} goes further`,
        style,
      ),
    );
  }
  return lines;
}

/** Returns the object that `simulate --json` prints. */
export function simulationJson(report: SimulationReport): JsonObject {
  const { tally, summary } = report;
  const { end } = summary;
  return {
    schema_version: SCHEMA_VERSION,
    loop: report.loop,
    file: report.file,
    scenario: report.scenario,
    verdicts: report.verdicts,
    terminated_by: end.terminatedBy,
    final_state: end.finalState,
    failure_terminal: end.isFailureTerminal,
    iterations: end.steps,
    iteration_count: summary.limits.passes,
    max_steps: report.maxSteps,
    defined_max_steps: report.definedSteps,
    error: end.error,
    no_route: end.noRoute === null ? null : {
      state: end.noRoute.state,
      verdict: end.noRoute.verdict,
      exit_code: end.noRoute.exitCode,
    },
    states_visited: report.visited,
    would_do: {
      shell: tally.shell,
      prompt: tally.prompt,
      mcp: tally.mcp,
      learning: tally.learning,
      judge: tally.judge,
      loop: tally.loop,
      worktree: tally.worktree,
      wait_ms: tally.waitMs,
    },
    missing: report.missing.map(({ name, add, isMadeUp }) => ({
      name,
      add,
      made_up: isMadeUp,
    })),
    steps: report.steps.map((step) => ({
      depth: step.depth,
      loop: step.loop,
      iteration: step.step,
      state: step.state,
      action: step.action,
      exit_code: step.exitCode,
      verdict: step.verdict,
      error: step.error,
      to: step.to,
      by: step.by,
    })),
  };
}

/**
 * Returns what would have been done in one line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const none = { shell: 0, prompt: 0, mcp: 0, learning: 0, judge: 0, loop: 0, worktree: 0, waitMs: 0 };
 * assertEquals(formatTally({ ...none, shell: 2, waitMs: 1500 }), "2 shell commands, pauses of 1.5s");
 * assertEquals(formatTally(none), "nothing");
 * ```
 */
export function formatTally(tally: SimulatedTally): string {
  const counts: readonly (readonly [amount: number, noun: string])[] = [
    [tally.shell, "shell command"],
    [tally.prompt, "prompt"],
    [tally.mcp, "MCP tool call"],
    [tally.learning, "learning state"],
    [tally.judge, "verdict of an agent"],
    [tally.loop, "other loop"],
    [tally.worktree, "worktree"],
  ];
  const parts = counts.filter(([amount]) => amount > 0).map(([amount, noun]) =>
    noun === "verdict of an agent"
      ? count(amount, noun, "verdicts of agents")
      : count(amount, noun)
  );
  if (tally.waitMs > 0) parts.push(`pauses of ${formatSpan(tally.waitMs)}`);
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

const LABEL_COLUMNS = 9;

function formatTitle({ summary }: SimulationReport): string {
  const { end, loop } = summary;
  if (end.terminatedBy === "interrupted") {
    const reason = end.error ?? "";
    const why = reason.slice(0, 1).toLowerCase() + reason.slice(1);
    return `Simulation of loop "${loop}" left at state "${end.finalState}": ${why}`;
  }
  const steps = isSuccess(end) ? ` (${count(end.steps, "step")})` : "";
  // The sentence begins with "Loop".
  return `Simulated l${formatReason(summary).slice(1)}${steps}`;
}

function formatLimit(
  { maxSteps, definedSteps }: Pick<
    SimulationHeader,
    "maxSteps" | "definedSteps"
  >,
): string {
  const steps = count(maxSteps, "step");
  return maxSteps === definedSteps
    ? steps
    : `${steps} (the loop allows ${definedSteps})`;
}

function visible(text: string): string {
  return makeVisible(text);
}

function row(label: string, text: string, style: Style): string {
  return painter(style)("secondary", `  ${label.padEnd(LABEL_COLUMNS)}`) + text;
}
