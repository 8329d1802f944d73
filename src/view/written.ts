/** Owns what is told of loops that were written: the files, and what to type next. */

import { type JsonObject, SCHEMA_VERSION } from "../model/mod.ts";
import { painter, type Style } from "./style.ts";
import { makeVisible } from "./visible.ts";

/** A loop that was written. Paths are as they shall be shown. */
export interface WrittenLoop {
  readonly name: string;
  /** What it was written from: `template gate`, `built-in loop until-green`. */
  readonly source: string;
  /** The loop's own file first. */
  readonly files: readonly WrittenFile[];
  /** Commands to type next, each with what it does. */
  readonly next: readonly (readonly [command: string, comment: string])[];
}

/** One of its files. */
export interface WrittenFile {
  readonly path: string;
  /** It was there before, the same, and was left as it is. */
  readonly isKept: boolean;
}

/** Returns the message as lines. */
export function formatWritten(
  written: WrittenLoop,
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const [first, ...others] = written.files;
  const lines = [
    `Wrote ${
      paint("name", makeVisible(first?.path ?? ""))
    } from ${written.source}`,
    ...others.map(({ path, isKept }) =>
      isKept
        ? `  kept ${makeVisible(path)}, which is the same`
        : `  with ${makeVisible(path)}`
    ),
  ];
  if (written.next.length === 0) return lines;
  const columns = Math.max(...written.next.map(([command]) => command.length));
  return [
    ...lines,
    "",
    "Next:",
    ...written.next.map(([command, comment]) =>
      `  ${command.padEnd(columns)}  ${paint("secondary", `# ${comment}`)}`
    ),
  ];
}

/** Returns the object that `--json` prints. */
export function writtenJson(written: WrittenLoop): JsonObject {
  return {
    schema_version: SCHEMA_VERSION,
    name: written.name,
    source: written.source,
    files: written.files.map(({ path, isKept }) => ({ path, kept: isKept })),
    next: written.next.map(([command]) => command),
  };
}
