/** Owns watching over test files while an action runs: what it did to them, and undoing it. */

import { join } from "@std/path";
import {
  type ActionEffect,
  type ActionOutcome,
  EMPTY_OUTPUT,
  LoopError,
  type TamperedFile,
  type TamperPolicy,
} from "../../model/mod.ts";
import type { Files, Processes, System } from "../../ports/mod.ts";
import { byteLength } from "./clean_text.ts";
import { readGuardRecord, writeGuardRecord } from "./guard_record.ts";
import { ENTRIES_MAX, scanTests } from "./scan_tests.ts";

/** Larger ones are compared by size and time. */
const READ_BYTES_MAX = 1024 * 1024;

/** A test file as it was. */
export interface Kept {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly hash: string | null;
  /** Only where it is to be put back, and is text. */
  readonly text: string | null;
  readonly isProgram: boolean;
}

/** Test files as they were before an action. */
export type TestFiles = ReadonlyMap<string, Kept>;

/** The ports that guarding takes. */
export interface GuardWorld {
  readonly files: Files;
  readonly system: Pick<System, "sha256">;
  readonly processes: Pick<Processes, "isExecutable">;
}

/**
 * Carries an action out, and tells in its outcome which test files it has changed. Where there has come to be too much
 * to look at, it does not start: nobody may take it for guarded. How they were is kept in the
 * file `record` until the action has ended: one that was cut off, or stopped, runs again, and is held to what there
 * was before its first try.
 */
export async function guardTests(
  world: GuardWorld,
  { folder, record, effect, act }: {
    readonly folder: string;
    readonly record: string;
    readonly effect: Pick<ActionEffect, "guard">;
    readonly act: () => Promise<ActionOutcome>;
  },
): Promise<ActionOutcome> {
  const policy = effect.guard ?? "allow";
  const now = rememberTests(world, folder, policy);
  if (now === null) return unseen(folder);
  const earlier = readGuardRecord(world.files, record);
  const before = new Map([...now, ...changedSince(earlier, now)]);
  writeGuardRecord(world.files, record, before);
  const outcome = await act();
  const tampered = findTampered(world, folder, { before, policy });
  const left = outcome.isCancelled
    ? tampered.filter(({ isReverted }) => !isReverted)
    : [];
  // What somebody changes between a stop and a resume is not the action's doing.
  writeGuardRecord(
    world.files,
    record,
    new Map(
      [...before].filter(([path]) => left.some((it) => it.path === path)),
    ),
  );
  return tampered.length === 0 ? outcome : { ...outcome, tampered };
}

/** An action that was not started, since nobody would see what it does to tests. */
function unseen(folder: string): ActionOutcome {
  return {
    kind: "action",
    exitCode: 127,
    stdout: EMPTY_OUTPUT,
    stderr: EMPTY_OUTPUT,
    durationMs: 0,
    timeoutKind: null,
    isCancelled: false,
    startError:
      `"tamper_guard" cannot look at more than ${ENTRIES_MAX} files ` +
      `and folders, which "${folder}" has; --allow-test-edits goes without it`,
  };
}

/** What stands in a record and is as it was is better known by what there is, which can be put back. */
function changedSince(earlier: TestFiles, now: TestFiles): TestFiles {
  return new Map(
    [...earlier].filter(([path, { sizeBytes, hash, modifiedMs }]) => {
      const kept = now.get(path);
      return kept?.sizeBytes !== sizeBytes || kept.hash !== hash ||
        hash === null && kept.modifiedMs !== modifiedMs;
    }),
  );
}

/** Returns the test files below a folder as they are; `null` when there is too much to look at. */
export function rememberTests(
  world: GuardWorld,
  folder: string,
  policy: TamperPolicy,
): TestFiles | null {
  const stamps = scanTests(world.files, folder);
  if (stamps === null) return null;
  const kept = new Map<string, Kept>();
  for (const { path } of stamps) {
    // Of a link counts what it leads to, as it does later.
    const info = world.files.stat(join(folder, path));
    if (info === null || !info.isFile) continue;
    const { sizeBytes, modifiedMs } = info;
    const text = sizeBytes > READ_BYTES_MAX
      ? null
      : readText(world.files, join(folder, path));
    // What was not UTF-8 would come back as something else.
    const isExact = text !== null && byteLength(text) === sizeBytes &&
      !text.includes("\ufffd");
    kept.set(path, {
      sizeBytes,
      modifiedMs,
      hash: text === null ? null : world.system.sha256(text),
      text: policy === "revert" && isExact ? text : null,
      isProgram: policy === "revert" &&
        world.processes.isExecutable(join(folder, path)),
    });
  }
  return kept;
}

/** Returns what has become of the files, which are put back by the policy `revert`. */
export function findTampered(
  world: GuardWorld,
  folder: string,
  { before, policy }: {
    readonly before: TestFiles;
    readonly policy: TamperPolicy;
  },
): readonly TamperedFile[] {
  const found: TamperedFile[] = [];
  for (const [path, kept] of before) {
    const change = changeOf(world, join(folder, path), kept);
    if (change === null) continue;
    const isReverted = policy === "revert" && kept.text !== null &&
      putBack(world.files, join(folder, path), kept);
    found.push({ path, change, isReverted });
  }
  return found;
}

function changeOf(
  { files, system }: GuardWorld,
  path: string,
  kept: Kept,
): TamperedFile["change"] | null {
  const now = files.stat(path);
  if (now === null || !now.isFile) return "removed";
  if (now.sizeBytes !== kept.sizeBytes) return "changed";
  // A time can be set: what was read is compared by its text.
  if (kept.hash === null) {
    return now.modifiedMs === kept.modifiedMs ? null : "changed";
  }
  const text = readText(files, path);
  return text !== null && system.sha256(text) === kept.hash ? null : "changed";
}

function readText(files: Files, path: string): string | null {
  try {
    return files.readTextIfExists(path);
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    return null;
  }
}

function putBack(
  files: Files,
  path: string,
  { text, isProgram }: Kept,
): boolean {
  try {
    files.makeFolder(path.slice(0, path.lastIndexOf("/")), {
      isPrivate: false,
    });
    files.remove(path);
    return files.create(path, text ?? "", { isPrivate: false, isProgram });
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    return false;
  }
}
