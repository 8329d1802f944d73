/** Owns who waits for a scope, as text and JSON (CLI 2.18). */

import { type JsonObject, SCHEMA_VERSION } from "../model/mod.ts";
import { painter, type Style } from "./style.ts";
import { displayWidth, padEnd } from "./width.ts";

/** Somebody who waits. */
export interface QueueEntry {
  readonly id: string;
  readonly loop: string;
  readonly pid: number;
  /** Since when, ISO 8601. */
  readonly since: string;
  /** Absolute paths. */
  readonly scope: readonly string[];
  /** Name of the loop in the way; `null` where it is not known. */
  readonly waitingFor: string | null;
  /** Whether it is one of ours, and not of the reference. */
  readonly isOurs: boolean;
}

/** Returns who waits as lines, first come first. */
export function formatQueue(
  entries: readonly QueueEntry[],
  style: Style,
): readonly string[] {
  if (entries.length === 0) return ["Queue is empty"];
  const paint = painter(style);
  const cells = entries.map(({ id, loop, pid, since, waitingFor }) => [
    id,
    paint("name", loop),
    `pid=${pid}`,
    // Whoever does not live waits for nothing.
    paint("success", "alive"),
    since === "" ? "?" : since.slice(0, 19).replace("T", " "),
    waitingFor === null ? "" : `waits for ${waitingFor}`,
  ]);
  const widths =
    cells[0]?.map((_, column) =>
      Math.max(...cells.map((row) => displayWidth(row[column] ?? "")))
    ) ?? [];
  return [
    `Pending queue entries (${entries.length}):`,
    ...cells.map((row) =>
      `  ${row.map((cell, at) => padEnd(cell, widths[at] ?? 0)).join("  ")}`
        .trimEnd()
    ),
  ];
}

/** Returns who waits as `queue list --json` prints it: the reference's fields first. */
export function queueJson(
  entries: readonly QueueEntry[],
): readonly JsonObject[] {
  return entries.map((entry) => ({
    id: entry.id,
    loopName: entry.loop,
    enqueuedAt: entry.since,
    context: {
      waitingFor: entry.waitingFor,
      scope: entry.scope,
      pid: entry.pid,
    },
    alive: true,
    schema_version: SCHEMA_VERSION,
  }));
}
