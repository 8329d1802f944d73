/** Owns writing new files that belong together: all of them or none, and never over another one. */

import { dirname } from "@std/path";
import { LoopError } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";

/** A file to write. */
export interface NewFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/**
 * Creates the files, with the access that the umask gives.
 *
 * @throws {LoopError} `cannot-write`; none of the files is there then, but for one that was before
 */
export function writeNewFiles(
  files: Files,
  entries: readonly NewFile[],
): void {
  const written: string[] = [];
  try {
    for (const { path, text } of entries) {
      files.makeFolder(dirname(path), { isPrivate: false });
      if (!files.create(path, text, { isPrivate: false })) {
        throw new LoopError(
          "cannot-write",
          `There is a file "${path}" already`,
          { hint: "Rename it, or take another name; nothing was written" },
        );
      }
      written.push(path);
    }
  } catch (error) {
    for (const path of written) files.remove(path);
    throw error;
  }
}
