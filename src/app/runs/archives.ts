/** Owns reading what the reference has archived in `.history/`, in either layout. Never written. */

import { join } from "@std/path";
import { isJsonObject, type Json, type JsonObject } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";

/** A run of the reference. */
export interface ArchivedRun {
  /** Unique within its loop only: it is the second at which the run started. */
  readonly id: string;
  readonly loop: string;
  /** Its folder, with `events.jsonl`. */
  readonly path: string;
  /** What `state.json` holds; empty where it cannot be read. */
  readonly state: JsonObject;
}

/** Since mid-2026 a folder is named by its run and its loop, before that by its run below its loop. */
const RUN_AND_LOOP_REGEXP = /^(\d{4}-\d\d-\d\dT\d{6})-(.+)$/;
/** Names of loops may hold slashes. */
const DEPTH_MAX = 4;

/** Returns the archived runs, by folder. */
export function listArchives(
  files: Pick<Files, "list" | "stat" | "readTextIfExists">,
  loopsDir: string,
): readonly ArchivedRun[] {
  const root = join(loopsDir, ".history");
  const found: ArchivedRun[] = [];
  const walk = (parts: readonly string[]) => {
    const path = join(root, ...parts);
    const names = files.list(path);
    if (names.includes("events.jsonl") || names.includes("state.json")) {
      found.push(read(files, path, parts));
      return;
    }
    if (parts.length >= DEPTH_MAX) return;
    for (const name of names) {
      if (files.stat(join(path, name))?.isDirectory) walk([...parts, name]);
    }
  };
  walk([]);
  return found;
}

function read(
  files: Pick<Files, "readTextIfExists">,
  path: string,
  parts: readonly string[],
): ArchivedRun {
  const state = readState(files, join(path, "state.json"));
  const [, id, loop] = RUN_AND_LOOP_REGEXP.exec(parts.join("/")) ??
    [null, parts.at(-1) ?? "", parts.slice(0, -1).join("/")];
  const name = state["loop_name"];
  return {
    id: id ?? "",
    loop: typeof name === "string" ? name : loop ?? "",
    path,
    state,
  };
}

function readState(
  files: Pick<Files, "readTextIfExists">,
  file: string,
): JsonObject {
  try {
    const value: Json = JSON.parse(files.readTextIfExists(file) ?? "");
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
