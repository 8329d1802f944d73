/** Owns who waits for a scope, first come first. Changes nothing. */

import { basename, join } from "@std/path";
import { isJsonObject, type Json } from "../../model/mod.ts";
import type { QueueEntry } from "../../view/mod.ts";
import type { Project } from "../project/mod.ts";
import { type LiveClaim, readWaiters } from "../scope/mod.ts";
import type { World } from "../world.ts";

/** The ports that looking at the queue takes. */
export type QueueWorld = Pick<World, "files" | "locks" | "system">;

/** Returns the entries of those that wait; what the dead have left is none. */
export async function readQueue(
  world: QueueWorld,
  project: Pick<Project, "loopsDir">,
): Promise<readonly QueueEntry[]> {
  const { live } = await readWaiters(world, queueOf(project));
  return live.map((claim) => ({
    id: idOf(claim.file),
    loop: claim.loopName,
    pid: claim.pid,
    since: claim.since,
    scope: claim.scope,
    waitingFor: waitingFor(world, claim),
    isOurs: claim.runId !== null,
  }));
}

/** Returns the folder of waiters. */
export function queueOf({ loopsDir }: Pick<Project, "loopsDir">): string {
  return join(loopsDir, ".queue");
}

/** Returns the id of an entry, which its file is named by. */
export function idOf(file: string): string {
  return basename(file).replace(/\.json$/, "");
}

/** Whoever waits writes it once it knows. */
function waitingFor(
  { files }: Pick<World, "files">,
  { file }: LiveClaim,
): string | null {
  try {
    const value: Json = JSON.parse(files.readTextIfExists(file) ?? "");
    const context = isJsonObject(value) ? value["context"] : undefined;
    const name = isJsonObject(context) ? context["waitingFor"] : undefined;
    return typeof name === "string" && name !== "" ? name : null;
  } catch {
    return null;
  }
}
