/** Owns the file with what the action before printed, for actions that are given an input. */

import { join } from "@std/path";
import type { ActionEffect, ActionOutput, Output } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";

/** Variable that names the file. */
export const LAST_OUTPUT_VARIABLE = "LL_LAST_OUTPUT";

/**
 * Returns the path of a file with what the last action printed, stdout before stderr: a new
 * one below `folder`, empty when nothing ran before, or the spill file where that is the
 * whole of it.
 *
 * @throws {LoopError} `cannot-write`
 */
export function writeLastOutput(
  files: Files,
  { folder, effect }: {
    readonly folder: string;
    readonly effect: Pick<ActionEffect, "effect" | "lastOutput">;
  },
): string {
  const { lastOutput } = effect;
  const spill = lastOutput === null ? null : wholeSpill(lastOutput);
  if (spill !== null) return join(folder, spill);
  const path = join(folder, `${effect.effect}.last`);
  files.replace(path, lastOutput === null ? "" : bothStreams(lastOutput));
  return path;
}

/** A stream too long to keep is whole in its spill file; two of them are not one file. */
function wholeSpill({ stdout, stderr }: ActionOutput): string | null {
  const isEmpty = ({ text }: Output) => text === "";
  if (isEmpty(stderr)) return stdout.spill;
  return isEmpty(stdout) ? stderr.spill : null;
}

/**
 * Returns the text of both streams, the second on a line of its own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const output = (text: string) => ({ text, sizeBytes: 0, isTruncated: false, spill: null });
 * assertEquals(bothStreams({ stdout: output("a"), stderr: output("b\n") }), "a\nb\n");
 * ```
 */
export function bothStreams({ stdout, stderr }: ActionOutput): string {
  const needsBreak = stdout.text !== "" && stderr.text !== "" &&
    !stdout.text.endsWith("\n");
  return `${stdout.text}${needsBreak ? "\n" : ""}${stderr.text}`;
}
