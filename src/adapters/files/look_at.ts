/** Owns telling, at one look, whether there is a file to read: nothing else, a pipe, a device. */

import { isMissing } from "./failure.ts";

/** What is known of a path before it is opened. */
export interface Look {
  /** Nothing is there; false where that cannot be told. */
  readonly isAbsent: boolean;
  /**
   * It is there and is neither a file nor a folder. Opening a pipe waits for its other end, and
   * some devices never end; nothing in this program may wait for those.
   */
  readonly isSpecial: boolean;
}

/** Returns what `path` is, links followed. Never throws. */
export function lookAt(path: string): Look {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    return { isAbsent: false, isSpecial: !isFile && !isDirectory };
  } catch (error) {
    return { isAbsent: isMissing(error), isSpecial: false };
  }
}
