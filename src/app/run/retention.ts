/** Owns which ended runs are kept (architecture: 200 a loop or 30 days, 0 = never pruned). */

import { join } from "@std/path";
import type { RunRecord, StateFile } from "../../model/mod.ts";
import type { Config } from "../project/mod.ts";
import type { World } from "../world.ts";

/** Runs that ended so can never be resumed. */
const FINAL_STATUSES: ReadonlySet<string> = new Set(["completed"]);
const FINAL_ENDS: ReadonlySet<string> = new Set([
  "terminal",
  "handoff_terminated",
]);
const DAY_MS = 86_400_000;

/**
 * Removes ended runs that cannot be resumed and are beyond what the configuration keeps.
 * Best effort: a folder that cannot be read or removed stays and nothing is said.
 *
 * @returns ids of the runs that were removed
 */
export async function pruneRuns(
  world: Pick<World, "clock" | "files" | "locks">,
  loopsDir: string,
  retention: Config["retention"],
): Promise<readonly string[]> {
  const { files } = world;
  const runs = join(loopsDir, "runs");
  const ids = files.list(runs).filter((name) => !name.startsWith("."))
    .toReversed();
  const keptOf = new Map<string, number>();
  const removed: string[] = [];
  for (const id of ids) {
    const ended = readEnded(world, join(runs, id));
    if (ended === null) continue;
    const kept = keptOf.get(ended.loop) ?? 0;
    const ageDays = (world.clock.nowMs() - ended.endedAtMs) / DAY_MS;
    const isBeyondCount = retention.runs > 0 && kept >= retention.runs;
    const isBeyondAge = retention.days > 0 && ageDays > retention.days;
    if (!isBeyondCount && !isBeyondAge) {
      keptOf.set(ended.loop, kept + 1);
      continue;
    }
    if (await world.locks.isHeld(join(runs, id, "owner"))) continue;
    try {
      files.remove(join(runs, id));
      removed.push(id);
    } catch {
      // Somebody else's file, or a read-only one: the run that starts now is not concerned.
    }
  }
  return removed;
}

function readEnded(
  world: Pick<World, "files">,
  folder: string,
): { readonly loop: string; readonly endedAtMs: number } | null {
  try {
    const record = JSON.parse(
      world.files.readText(join(folder, "run.json")),
    ) as RunRecord;
    const state = JSON.parse(
      world.files.readText(join(folder, "state.json")),
    ) as StateFile;
    const isFinal = FINAL_STATUSES.has(state.status) ||
      (state.status === "failed" &&
        FINAL_ENDS.has(state.terminated_by ?? ""));
    if (!isFinal) return null;
    return { loop: record.loop, endedAtMs: Date.parse(state.updated_at) };
  } catch {
    return null;
  }
}
