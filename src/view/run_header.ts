/** Owns the lines that a run starts with: what runs, from where, within which limits. */

import {
  type Budget,
  formatSpan,
  type LoopOrigin,
  type UntilGoal,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { formatBudget } from "./spend.ts";
import { painter, type Style } from "./style.ts";
import { formatGoalLimit, formatWaiting } from "./until_lines.ts";

/** What the header tells. Paths are as they shall be shown. */
export interface RunHeader {
  readonly loop: string;
  readonly origin: LoopOrigin;
  readonly file: string;
  /** Folder in which actions run. */
  readonly project: string;
  readonly runId: string;
  readonly runFolder: string;
  /** Set when the run goes on from an earlier segment. */
  readonly resumedFrom?: { readonly state: string; readonly steps: number };
  readonly maxSteps: number;
  readonly maxIterations: number | null;
  readonly timeoutMs: number | null;
  /** Pause after each transition; 0 is none. */
  readonly backoffMs: number;
  readonly scope: ScopeLine;
  /** What a loop of `until` is after: its limit then stands in the place of the steps. */
  readonly until?: UntilGoal | null;
  /** States whose action has no timeout of its own, by the default that then holds; 0 is none. */
  readonly defaultTimeouts: readonly DefaultTimeout[];
  /** Agent hosts that the run starts, who chose them, and whether they ask for nothing. */
  readonly hosts?: readonly {
    readonly name: string;
    readonly by: string;
    readonly isBypassed: boolean;
    readonly isJudge?: boolean;
  }[];
  /** What may be spent on them. */
  readonly budget?: Budget;
  /** Whether a handoff starts an agent, which safe mode forbids; absent where the loop does not ask for it. */
  readonly spawnsOnHandoff?: boolean;
}

/** Which paths a run locks. */
export interface ScopeLine {
  /** Effective entries; `.` is the whole project. */
  readonly paths: readonly string[];
  /** Whether the definition names none. */
  readonly isDefault: boolean;
  /** Whether the lock is taken at all. */
  readonly isLocked: boolean;
}

/** One default timeout and who falls under it. */
export interface DefaultTimeout {
  readonly timeoutMs: number;
  readonly states: readonly string[];
}

/** Returns the header as lines. */
export function formatRunHeader(
  header: RunHeader,
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const title = header.resumedFrom === undefined
    ? "Running loop:"
    : "Resuming loop:";
  const { until = null } = header;
  // Whoever only waits may not expect that others have to.
  const isWait = until !== null && !until.hasFix && header.origin === "command";
  const rows: [string, string][] = [
    ["from", formatSource(header)],
    ["in", header.project],
    ["run", header.runId],
    ["folder", header.runFolder],
    ["limits", isWait ? formatWaiting(until, header) : formatLimits(header)],
    [
      "scope",
      formatScope(header.scope) +
      (isWait && header.scope.isLocked ? KEEPS_OUT : ""),
    ],
  ];
  for (const host of header.hosts ?? []) {
    rows.push([
      "agent",
      `${host.name} (by ${host.by})${
        host.isJudge
          ? ", only as a judge"
          : host.isBypassed
          ? ", without permission prompts; LL_SAFE=1 leaves them on"
          : ", with its permission prompts"
      }`,
    ]);
  }
  if (header.spawnsOnHandoff !== undefined) {
    rows.push([
      "handoff",
      header.spawnsOnHandoff
        ? "starts an agent that goes on with the run by itself; LL_SAFE=1 pauses instead"
        : "pauses: in safe mode no agent is started to go on",
    ]);
  }
  const budget = formatBudget({ budget: header.budget ?? null });
  if (budget !== "") rows.push(["budget", budget]);
  if (header.resumedFrom !== undefined) {
    const { state, steps } = header.resumedFrom;
    rows.splice(1, 0, ["at", `${state}, after ${count(steps, "step")}`]);
  }
  for (const { timeoutMs, states } of header.defaultTimeouts) {
    const limit = timeoutMs === 0 ? "none" : formatSpan(timeoutMs);
    rows.push(["timeouts", `${limit} (default): ${formatNames(states)}`]);
  }
  return [
    `${title} ${paint("name", header.loop)}`,
    // Never cut: these lines are what a log is searched for.
    ...rows.map(([label, text]) =>
      paint("secondary", `  ${label.padEnd(9)}`) + text
    ),
  ];
}

const KEEPS_OUT = ": no other run may work there until then (--no-lock)";
const NAMES_MAX = 5;

function formatNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).join(", ");
  const rest = names.length - NAMES_MAX;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** Returns where a definition came from, in words: `project: .loops/fix.yaml`. */
export function formatSource(
  { origin, file }: { readonly origin: LoopOrigin; readonly file: string },
): string {
  if (origin === "command") return "this command";
  return `${origin === "path" ? "file" : origin}: ${file}`;
}

/** Returns the caps of a loop in one line. */
export function formatLimits(
  limits: Pick<
    RunHeader,
    "maxSteps" | "maxIterations" | "timeoutMs" | "backoffMs" | "until"
  >,
): string {
  const { until = null } = limits;
  const parts = [
    until === null ? count(limits.maxSteps, "step") : formatGoalLimit(until),
  ];
  if (limits.maxIterations !== null) {
    parts.push(count(limits.maxIterations, "full iteration"));
  }
  parts.push(
    limits.timeoutMs === null
      ? "no loop timeout"
      : `loop timeout ${formatSpan(limits.timeoutMs)}`,
  );
  if (limits.backoffMs > 0) parts.push(`delay ${formatSpan(limits.backoffMs)}`);
  return parts.join(", ");
}

/** Returns the scope in one line. */
export function formatScope(scope: ScopeLine): string {
  const isWhole = scope.paths.length === 0 ||
    scope.paths.length === 1 && scope.paths[0] === ".";
  const paths = isWhole ? "the whole project" : scope.paths.join(", ");
  if (!scope.isLocked) return `${paths}, not locked (--no-lock)`;
  return scope.isDefault ? `${paths} (default)` : paths;
}
