// deno-lint-ignore-file camelcase -- the names in the files are the reference's
/** Owns `owner`: the file that the process running a run holds locked, and what it says of itself. */

import { isJsonObject, type Json, type RunOwner } from "../../model/mod.ts";
import type { Files, System } from "../../ports/mod.ts";

/** Name of the file in a run's folder. */
export const OWNER_FILE = "owner";

/** Returns the text that this process writes into a lock that it holds. */
export function ownerText(
  system: Pick<System, "pid" | "processStart" | "hostname">,
  options: { readonly version: string },
): string {
  const owner: RunOwner = {
    pid: system.pid,
    pid_started: system.processStart(system.pid),
    host: system.hostname,
    version: options.version,
  };
  return `${JSON.stringify(owner)}\n`;
}

/**
 * Returns what the last owner of the run in a folder wrote; `null` where nobody did. It runs the
 * run only as long as the lock is held: ask {@linkcode effectiveStatus}.
 */
export function readOwner(
  files: Pick<Files, "readTextIfExists">,
  folder: string,
): RunOwner | null {
  const text = files.readTextIfExists(`${folder}/${OWNER_FILE}`) ?? "";
  // A shorter text may stand before the rest of a longer one, for an instant.
  const line = text.slice(0, text.indexOf("\n") + 1);
  try {
    const value: Json = JSON.parse(line);
    return isJsonObject(value) && Number.isSafeInteger(value["pid"]) &&
        typeof value["host"] === "string"
      ? value as unknown as RunOwner
      : null;
  } catch {
    return null;
  }
}
