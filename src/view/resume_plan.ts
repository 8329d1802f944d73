/** Owns `resume --dry-run`: where a run would go on, and what is to be known about it. */

import { type JsonObject, SCHEMA_VERSION } from "../model/mod.ts";
import { count } from "./count.ts";
import { formatDuration } from "./duration.ts";
import { formatLimits, formatScope, type RunHeader } from "./run_header.ts";
import { painter, type Style } from "./style.ts";
import { makeVisible } from "./visible.ts";

/** A resumption that was not carried out. Paths are as they shall be shown. */
export interface ResumePlan {
  readonly header: RunHeader;
  /** Running time so far. */
  readonly elapsedMs: number;
  /** How the run stands: the status of its state. */
  readonly status: string;
  /** The point that it would go back to. */
  readonly back: { readonly state: string; readonly step: number } | null;
  /** Whether only its last words are missing: nothing would be run. */
  readonly isOver: boolean;
  /** Actions that may have run, and what becomes of them. */
  readonly open: readonly { readonly state: string; readonly then: string }[];
  /** How the loop file stands beside the definition of the run. */
  readonly file: "same" | "changed" | "taken" | "gone";
}

const FILE_WORDS: { readonly [file in ResumePlan["file"]]: string } = {
  same: "not changed since",
  changed: "changed since; kept as it was (--accept-changes takes it)",
  taken: "changed since, and taken",
  gone: "gone; kept as it was",
};

/** Returns the plan as lines. */
export function formatResumePlan(
  plan: ResumePlan,
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const { header, back } = plan;
  const at = header.resumedFrom;
  const rows: [string, string][] = [
    ["run", header.runId],
    ["status", plan.status],
    ["file", `${header.file}: ${FILE_WORDS[plan.file]}`],
    [
      "at",
      plan.isOver
        ? "its end: only its last words are missing"
        : at === undefined
        ? "its beginning"
        : `${makeVisible(at.state)}, after ${count(at.steps, "step")}, ${
          formatDuration(plan.elapsedMs)
        }`,
    ],
    ...back === null ? [] : [[
      "back",
      `to step ${back.step}, the entry of ${makeVisible(back.state)}`,
    ] as [string, string]],
    ...plan.open.map(({ state, then }): [string, string] => [
      "open",
      `the action of ${makeVisible(state)} may have run: ${then}`,
    ]),
    ["in", header.project],
    ["limits", formatLimits(header)],
    ["scope", formatScope(header.scope)],
  ];
  return [
    `Execution plan for: ${paint("name", header.loop)} (resumed)`,
    ...rows.map(([label, text]) =>
      paint("secondary", `  ${label.padEnd(8)}`) + text
    ),
  ];
}

/** Returns the object that `resume --dry-run --json` prints. */
export function resumePlanJson(plan: ResumePlan): JsonObject {
  const { header } = plan;
  return {
    schema_version: SCHEMA_VERSION,
    loop: header.loop,
    run_id: header.runId,
    run_folder: header.runFolder,
    status: plan.status,
    file: header.file,
    file_status: plan.file,
    over: plan.isOver,
    from_state: header.resumedFrom?.state ?? null,
    iteration: header.resumedFrom?.steps ?? 0,
    duration_ms: Math.round(plan.elapsedMs),
    back_to: plan.back === null ? null : { ...plan.back },
    open_actions: plan.open.map((each) => ({ ...each })),
    max_steps: header.maxSteps,
    max_iterations: header.maxIterations,
    timeout_ms: header.timeoutMs,
    scope: header.scope.paths,
  };
}
