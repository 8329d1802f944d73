/** Owns reading what a run says of itself: its record, and the last view of its state. */

import {
  inFolder,
  isJsonObject,
  type Json,
  LoopError,
  type RunRecord,
  SCHEMA_VERSION,
  type StateFile,
} from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";

/** A run, and what it was started as. */
export interface RecordedRun {
  readonly id: string;
  /** Its folder. */
  readonly path: string;
  readonly record: RunRecord;
}

/** A run as it stands on the disk. */
export interface StoredRun extends RecordedRun {
  /** `null` where the run was cut off before it had a state, or its file is damaged. */
  readonly state: StateFile | null;
  /** What is wrong with the state file, which is only a view: the journal knows better. */
  readonly stateProblem: string | null;
}

/**
 * Returns the run in a folder without a look at how it stands.
 *
 * @throws {LoopError} `not-found` or `unreadable`, naming the file that cannot be used
 */
export function readRecord(
  files: Pick<Files, "readText">,
  path: string,
): RecordedRun {
  const file = inFolder(path, "run.json");
  const record = parse<RunRecord>(file, files.readText(file), ["id", "loop"]);
  return { id: record.id, path, record };
}

/**
 * Returns the run in a folder.
 *
 * @throws {LoopError} `not-found` or `unreadable`, where it is no run that this program can use
 */
export function readRun(
  files: Pick<Files, "readText" | "readTextIfExists">,
  path: string,
): StoredRun {
  return { ...readRecord(files, path), ...readState(files, path) };
}

/** Orders runs by their start, the newest first. */
export function newerFirst(a: RecordedRun, b: RecordedRun): number {
  const [startA, startB] = [a.record.started_at, b.record.started_at];
  if (startA !== startB) return startA < startB ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

function readState(
  files: Pick<Files, "readTextIfExists">,
  path: string,
): Pick<StoredRun, "state" | "stateProblem"> {
  const file = inFolder(path, "state.json");
  try {
    const text = files.readTextIfExists(file);
    const state = text === null
      ? null
      : parse<StateFile>(file, text, ["status", "updated_at"]);
    return { state, stateProblem: null };
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    return { state: null, stateProblem: error.message };
  }
}

/** Returns the object in a file, which has these texts at least. */
function parse<T>(
  file: string,
  text: string,
  keys: readonly (keyof T & string)[],
): T {
  let value: Json = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below, like every other text that is no object.
  }
  const isWhole = isJsonObject(value) &&
    keys.every((key) =>
      typeof (value as { readonly [key: string]: Json })[key] === "string"
    );
  if (!isJsonObject(value) || !isWhole) {
    throw new LoopError("unreadable", `Cannot read "${file}": it is damaged`);
  }
  const version = value["schema_version"];
  if (typeof version === "number" && version > SCHEMA_VERSION) {
    throw new LoopError(
      "unreadable",
      `Cannot read "${file}": it has schema version ${version}, and this program knows ` +
        `versions up to ${SCHEMA_VERSION}`,
      { hint: "A newer ll-loop wrote it; use that one" },
    );
  }
  return value as unknown as T;
}
