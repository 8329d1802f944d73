/** Owns what somebody can do whose run ended because an action changed test files. */

import { describeTampered } from "../../engine/mod.ts";
import { type Frame, joinCommand, type RunEnd } from "../../model/mod.ts";

const FILES_MAX = 3;

/** Returns the ways out; `null` where the run ended for another reason. */
export function tamperHint(
  frame: Pick<Frame, "tampered"> | undefined,
  end: Pick<RunEnd, "error">,
): string | null {
  const { tampered } = frame ?? {};
  if (tampered === undefined) return null;
  const { state, files } = tampered;
  if (end.error !== describeTampered(state, files)) return null;
  const paths = files.slice(0, FILES_MAX).map(({ path }) => path);
  const more = files.length > FILES_MAX ? " …" : "";
  return `Look at them (git diff -- ${
    joinCommand(paths)
  }${more}); --allow-test-edits lets agents change tests`;
}
