/** Owns past runs as a list, in text and JSON (CLI 2.13). */

import { type JsonObject, SCHEMA_VERSION } from "../model/mod.ts";
import { formatElapsed } from "./duration.ts";
import { count } from "./count.ts";
import { toneOf } from "./run_status.ts";
import { painter, type Style } from "./style.ts";
import { makeVisible } from "./visible.ts";
import { displayWidth, padEnd } from "./width.ts";

/** A past run. `null` is what cannot be known. */
export interface HistoryEntry {
  readonly runId: string;
  readonly loop: string | null;
  readonly status: string | null;
  readonly startedAt: string | null;
  readonly iterations: number | null;
  readonly durationMs: number | null;
  /** Whether the reference ran and archived it. */
  readonly isArchived: boolean;
  /** Why it cannot be read; `null` when it can. */
  readonly problem: string | null;
}

/** Returns runs as lines, in the order given, of which the first `max` are shown. */
export function formatHistory(
  entries: readonly HistoryEntry[],
  options: {
    readonly style: Style;
    /** The loop that was asked for. */
    readonly loop: string | null;
    readonly max: number;
    /** The command line that shows the events of a run. */
    readonly eventsCommand: string;
  },
): readonly string[] {
  const { style, loop, max, eventsCommand } = options;
  if (entries.length === 0) {
    return [loop === null ? "No runs yet" : `No history for: ${loop}`];
  }
  const shown = entries.slice(0, max);
  const cells = shown.map((entry) => cellsOf(entry, { style, loop }));
  const widths =
    cells[0]?.map((_, column) =>
      Math.max(...cells.map((row) => displayWidth(row[column] ?? "")))
    ) ?? [];
  const rows = cells.map((row) =>
    `  ${
      row.map((cell, column) => padEnd(cell, widths[column] ?? 0)).join("  ")
    }`
      .trimEnd()
  );
  const hidden = entries.length - shown.length;
  const whose = loop === null ? "Runs" : `Runs of ${makeVisible(loop)}`;
  return [
    `${whose} (${entries.length} total; times are UTC):`,
    "",
    ...rows,
    ...hidden === 0 ? [] : [`  and ${hidden} older: -n ${entries.length}`],
    "",
    `To view events: ${eventsCommand}`,
  ];
}

/** Returns runs as `history --json` prints them. */
export function historyJson(
  entries: readonly HistoryEntry[],
): readonly JsonObject[] {
  return entries.map((entry) => ({
    run_id: entry.runId,
    status: entry.status,
    started_at: entry.startedAt,
    iterations: entry.iterations,
    duration_ms: entry.durationMs,
    loop: entry.loop,
    archived: entry.isArchived,
    ...(entry.problem === null ? {} : { problem: entry.problem }),
    schema_version: SCHEMA_VERSION,
  }));
}

function cellsOf(
  entry: HistoryEntry,
  { style, loop }: { readonly style: Style; readonly loop: string | null },
): readonly string[] {
  const paint = painter(style);
  const { status, startedAt, iterations, durationMs } = entry;
  const name = entry.loop === null ? "?" : paint("name", entry.loop);
  return [
    makeVisible(entry.runId),
    ...loop === null ? [name] : [],
    paint(status === null ? "warning" : toneOf(status), status ?? "unknown"),
    startedAt === null ? "?" : startedAt.slice(0, 19).replace("T", " "),
    iterations === null ? "?" : count(iterations, "iter"),
    durationMs === null ? "?" : formatElapsed(durationMs),
  ];
}
