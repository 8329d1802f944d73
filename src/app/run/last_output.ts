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
  const text = lastOutput === null ? "" : bothStreams(lastOutput);
  files.replace(path, findable(text, { folder, lastOutput: null }));
  return path;
}

/** What stands in a kept text for its middle; `markerLine` of the process adapter writes it. */
const MARKER_REGEXP =
  /(\[… \d+ bytes left out, (?:all|the start) of it is in )(\d+\.std(?:out|err))(?= …\])/g;

/**
 * Returns `text` with the names of outputs, which only make sense in their folder, as an action
 * finds them: by the variable where that names the file, else by the path.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   findable("[… 9 bytes left out, all of it is in 1.stdout …]", { folder: "/r", lastOutput: null }),
 *   "[… 9 bytes left out, all of it is in /r/1.stdout …]",
 * );
 * ```
 */
export function findable(
  text: string,
  { folder, lastOutput }: {
    readonly folder: string;
    readonly lastOutput: ActionOutput | null;
  },
): string {
  const named = lastOutput === null ? null : wholeSpill(lastOutput);
  return text.replaceAll(
    MARKER_REGEXP,
    (_, words: string, file: string) =>
      words +
      (file === named ? `$${LAST_OUTPUT_VARIABLE}` : join(folder, file)),
  );
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
