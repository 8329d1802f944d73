/** Owns what somebody can do whose run ended because an action changed test files. */

import { dirname, join } from "@std/path";
import { describeTampered } from "../../engine/mod.ts";
import {
  displayPath,
  type Frame,
  joinCommand,
  type RunEnd,
} from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";

const FILES_MAX = 3;

/** Where the run took place, and where what is typed after it runs. */
export interface TamperPlace {
  readonly files: Pick<Files, "stat">;
  readonly root: string;
  readonly cwd: string;
}

/** Returns the ways out; `null` where the run ended for another reason. */
export function tamperHint(
  frame: Pick<Frame, "tampered"> | undefined,
  end: Pick<RunEnd, "error">,
  { files: disk, root, cwd }: TamperPlace,
): string | null {
  const { tampered } = frame ?? {};
  if (tampered === undefined) return null;
  const { state, files } = tampered;
  if (end.error !== describeTampered(state, files)) return null;
  const paths = files.slice(0, FILES_MAX)
    .map(({ path }) => displayPath(join(root, path), cwd));
  const more = files.length > FILES_MAX ? " …" : "";
  const look = isInGit(disk, root)
    ? `Look at them (git diff -- ${joinCommand(paths)}${more})`
    : "Look at them, no git repository shows what was changed";
  return `${look}; --allow-test-edits lets agents change tests`;
}

/** A worktree and a submodule have a file of that name. */
function isInGit(files: Pick<Files, "stat">, folder: string): boolean {
  if (files.stat(join(folder, ".git")) !== null) return true;
  const above = dirname(folder);
  return above !== folder && isInGit(files, above);
}
