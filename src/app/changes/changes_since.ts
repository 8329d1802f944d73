/** Owns comparing the files of a project with how they were. */

import type { ChangedFile, Changes } from "../../model/mod.ts";
import {
  type Baseline,
  type ChangesWorld,
  isShown,
  scanMarks,
} from "./baseline.ts";
import { gitChanges } from "./git_changes.ts";
import { markAgain, type Marks } from "./marks.ts";

/** Returns the files below `root` that are not as they were at `baseline`. */
export async function changesSince(
  world: ChangesWorld,
  { root, baseline }: { readonly root: string; readonly baseline: Baseline },
): Promise<Changes> {
  switch (baseline.kind) {
    case "none":
      return { kind: "unknown", reason: baseline.reason };
    case "scan": {
      const now = scanMarks(world, root);
      return now === null
        ? { kind: "unknown", reason: "too many files" }
        : known(compare(baseline.files, now));
    }
    case "git":
      return await gitChangesSince(world, { root, baseline });
  }
}

/** Everything that differs from the commit of the start, but for what differed in the same way then. */
async function gitChangesSince(
  world: ChangesWorld,
  { root, baseline }: {
    readonly root: string;
    readonly baseline: Extract<Baseline, { readonly kind: "git" }>;
  },
): Promise<Changes> {
  const git = await gitChanges(world, { root, base: baseline.commit });
  if (git === null) {
    return { kind: "unknown", reason: "git cannot compare the files" };
  }
  const before = new Map(Object.entries(baseline.files));
  const now = markAgain(world, { root, marks: baseline.files });
  const files = compare(baseline.files, now);
  for (const [path, letter] of git.files) {
    if (before.has(path) || !isShown(path)) continue;
    files.push({ path, change: changeOf(letter) });
  }
  return known(files);
}

function changeOf(letter: string): ChangedFile["change"] {
  return letter === "?" || letter === "A"
    ? "added"
    : letter === "D"
    ? "removed"
    : "modified";
}

function compare(before: Marks, now: Marks): ChangedFile[] {
  const files: ChangedFile[] = [];
  for (const path of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const was = Object.hasOwn(before, path) ? before[path] ?? null : null;
    const is = Object.hasOwn(now, path) ? now[path] ?? null : null;
    if (was === is) continue;
    files.push({
      path,
      change: was === null ? "added" : is === null ? "removed" : "modified",
    });
  }
  return files;
}

function known(files: readonly ChangedFile[]): Changes {
  return {
    kind: "known",
    files: files.toSorted((a, b) => a.path < b.path ? -1 : 1),
  };
}
