/** Owns runs that are removed, as text and JSON. */

import { formatBytes, type JsonObject, SCHEMA_VERSION } from "../model/mod.ts";
import { count } from "./count.ts";
import { toneOf } from "./run_status.ts";
import { painter, type Style } from "./style.ts";
import { displayWidth, padEnd } from "./width.ts";

/** A run that is removed, or would be. `null` is what cannot be known. */
export interface PrunedRun {
  readonly runId: string;
  /** Its folder. */
  readonly path: string;
  readonly loop: string | null;
  readonly status: string | null;
  readonly startedAt: string | null;
  readonly sizeBytes: number;
}

/** What became of runs that were to be removed. */
export interface Pruned {
  readonly removed: readonly PrunedRun[];
  /** Runs that were to be removed and are still there, each with the reason. */
  readonly left: readonly {
    readonly run: PrunedRun;
    readonly reason: string;
  }[];
  /** How many there are now. */
  readonly keptCount: number;
  readonly isDryRun: boolean;
}

/** Returns the runs that are to be removed, as lines. */
export function formatPrunable(
  runs: readonly PrunedRun[],
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const cells = runs.map(({ runId, loop, status, startedAt, sizeBytes }) => [
    runId,
    loop === null ? "?" : paint("name", loop),
    paint(status === null ? "warning" : toneOf(status), status ?? "unknown"),
    startedAt === null ? "?" : startedAt.slice(0, 19).replace("T", " "),
    formatBytes(sizeBytes),
  ]);
  const widths =
    cells[0]?.map((_, column) =>
      Math.max(...cells.map((row) => displayWidth(row[column] ?? "")))
    ) ?? [];
  return cells.map((row) =>
    `  ${row.map((cell, at) => padEnd(cell, widths[at] ?? 0)).join("  ")}`
      .trimEnd()
  );
}

/** Returns an amount of runs with what they take. */
export function formatRunAmount(runs: readonly PrunedRun[]): string {
  const sizeBytes = runs.reduce((sum, run) => sum + run.sizeBytes, 0);
  return `${count(runs.length, "run")} (${formatBytes(sizeBytes)})`;
}

/** Returns what was removed, as one line. */
export function formatPruned(pruned: Pruned): string {
  const verb = pruned.isDryRun ? "Would remove" : "Removed";
  return `${verb} ${formatRunAmount(pruned.removed)}; ${
    count(pruned.keptCount, "run")
  } ${pruned.isDryRun ? "would stay" : "left"}`;
}

/** Returns what was removed, as `prune --json` prints it. */
export function prunedJson(pruned: Pruned): JsonObject {
  const runJson = (run: PrunedRun): JsonObject => ({
    run_id: run.runId,
    loop: run.loop,
    status: run.status,
    started_at: run.startedAt,
    size_bytes: run.sizeBytes,
  });
  return {
    schema_version: SCHEMA_VERSION,
    dry_run: pruned.isDryRun,
    removed: pruned.removed.map(runJson),
    left: pruned.left.map(({ run, reason }) => ({ ...runJson(run), reason })),
    kept: pruned.keptCount,
  };
}
