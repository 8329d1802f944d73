/** Owns the file that says how tests were before an action that has not ended yet. */

import type { Files } from "../../ports/mod.ts";
import type { Kept, TestFiles } from "./tamper_guard.ts";

/** Sizes, times and hashes, no texts: what is kept of a run holds nothing of the project's. */
type Recorded = readonly (readonly [
  path: string,
  sizeBytes: number,
  modifiedMs: number,
  hash: string | null,
])[];

/** Returns the tests of a record; none where there is no record, or it was not written to its end. */
export function readGuardRecord(
  files: Pick<Files, "readTextIfExists">,
  path: string,
): TestFiles {
  const text = files.readTextIfExists(path);
  if (text === null) return new Map();
  const recorded: Recorded = JSON.parse(text);
  return new Map(
    recorded.map(([file, sizeBytes, modifiedMs, hash]): [string, Kept] => [
      file,
      { sizeBytes, modifiedMs, hash, text: null, isProgram: false },
    ]),
  );
}

/** Writes the record of some tests; removes it where there are none. @throws {LoopError} `cannot-write` */
export function writeGuardRecord(
  files: Pick<Files, "replace" | "remove">,
  path: string,
  tests: TestFiles,
): void {
  if (tests.size === 0) return files.remove(path);
  const recorded: Recorded = [...tests].map(([file, kept]) => [
    file,
    kept.sizeBytes,
    kept.modifiedMs,
    kept.hash,
  ]);
  files.replace(path, JSON.stringify(recorded));
}
