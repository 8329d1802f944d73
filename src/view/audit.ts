/** Owns what a run did in numbers, as text and JSON (CLI 2.18). */

import { type JsonObject, SCHEMA_VERSION } from "../model/mod.ts";
import { count } from "./count.ts";
import { formatDuration } from "./duration.ts";
import { painter, type Style } from "./style.ts";
import { displayWidth, padEnd } from "./width.ts";

/** What a run did, counted. */
export interface RunAudit {
  readonly runId: string;
  readonly loop: string;
  /** How it ended; `null` where it did not. */
  readonly terminatedBy: string | null;
  readonly finalState: string | null;
  readonly isFailureTerminal: boolean;
  /** How many events there were, by name, in order of their first. */
  readonly events: { readonly [event: string]: number };
  /** In order of their first entry. */
  readonly states: readonly StateAudit[];
  readonly actions: {
    readonly run: number;
    /** Ended with another exit code than 0, or by a limit. */
    readonly failed: number;
    readonly timedOut: number;
    /** Ended because the run was asked to stop. */
    readonly stopped: number;
  };
  /** Verdicts of evaluators, by word. */
  readonly verdicts: { readonly [verdict: string]: number };
  /** Steps of the loop itself. */
  readonly steps: number;
  /** The cap that held, or that was asked about; `null` where it is not known. */
  readonly maxSteps: number | null;
  readonly elapsedMs: number;
  /** How often it was resumed. */
  readonly resumes: number;
}

/** What was done in one state. */
export interface StateAudit {
  readonly state: string;
  /** Name of its loop; `null` for the loop itself. */
  readonly subLoop: string | null;
  readonly entries: number;
  /** From its entries to what came after them. */
  readonly durationMs: number;
}

/** Returns the numbers as lines. */
export function formatAudit(audit: RunAudit, style: Style): readonly string[] {
  const paint = painter(style);
  const { actions, resumes } = audit;
  const rows: [label: string, text: string][] = [
    ["Loop", audit.loop],
    ["Run", audit.runId],
    ["Terminated by", endOf(audit)],
    ["Budget", formatBudget(audit)],
    ["Running time", formatDuration(audit.elapsedMs)],
    [
      "Actions",
      [
        `${actions.run} run`,
        `${actions.failed} failed`,
        ...actions.timedOut > 0 ? [`${actions.timedOut} timed out`] : [],
        ...actions.stopped > 0 ? [`${actions.stopped} stopped`] : [],
      ].join(", "),
    ],
    ...resumes === 0
      ? []
      : [["Resumed", count(resumes, "time")] as [string, string]],
  ];
  return [
    ...rows.map(([label, text]) =>
      `${paint("secondary", `${label}:`)} ${text}`
    ),
    ...section(
      "States",
      audit.states.map(({ state, subLoop, ...each }) => [
        subLoop === null ? state : `${subLoop}/${state}`,
        count(each.entries, "entry", "entries"),
        formatDuration(each.durationMs),
      ]),
    ),
    ...section("Verdicts", cells(audit.verdicts)),
    ...section("Events", cells(audit.events)),
  ];
}

/** Returns the numbers as `audit --json` prints them. */
export function auditJson(audit: RunAudit): JsonObject {
  const { actions, maxSteps } = audit;
  return {
    run_id: audit.runId,
    loop: audit.loop,
    terminated_by: audit.terminatedBy,
    final_state: audit.finalState,
    failure_terminal: audit.isFailureTerminal,
    events: audit.events,
    total_events: Object.values(audit.events).reduce((a, b) => a + b, 0),
    states: audit.states.map(({ state, subLoop, entries, durationMs }) => ({
      state,
      sub_loop: subLoop,
      entries,
      duration_ms: durationMs,
    })),
    actions: {
      run: actions.run,
      failed: actions.failed,
      timed_out: actions.timedOut,
      stopped: actions.stopped,
    },
    verdicts: audit.verdicts,
    steps: audit.steps,
    max_steps: maxSteps,
    budget_percent: percentOf(audit),
    duration_ms: audit.elapsedMs,
    resumes: audit.resumes,
    schema_version: SCHEMA_VERSION,
  };
}

function percentOf({ steps, maxSteps }: RunAudit): number | null {
  return maxSteps === null ? null : Math.round(1000 * steps / maxSteps) / 10;
}

function formatBudget(audit: RunAudit): string {
  const percent = percentOf(audit);
  return percent === null
    ? `${
      count(audit.steps, "step")
    }; the cap is not known, --max-steps N gives one`
    : `${percent}% (${audit.steps}/${audit.maxSteps} steps)`;
}

function endOf(audit: RunAudit): string {
  if (audit.terminatedBy === null) return "(not ended)";
  const failure = audit.isFailureTerminal ? ", which means failure" : "";
  return `${audit.terminatedBy} at ${audit.finalState}${failure}`;
}

function cells(counts: { readonly [name: string]: number }): string[][] {
  return Object.entries(counts).map(([name, amount]) => [name, `${amount}`]);
}

function section(
  title: string,
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const widths =
    rows[0]?.map((_, column) =>
      Math.max(...rows.map((row) => displayWidth(row[column] ?? "")))
    ) ?? [];
  return [
    "",
    `${title}:`,
    ...rows.map((row) =>
      `  ${row.map((cell, at) => padEnd(cell, widths[at] ?? 0)).join("  ")}`
        .trimEnd()
    ),
  ];
}
