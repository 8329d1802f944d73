/**
 * Owns the file in which a guardian finds the sessions of its run once it has to end them: unlike a line
 * in a pipe it wakes nobody when an action starts or ends.
 */

/** Digits of the largest process number and a space: a list that is cut off at a page still has whole numbers. */
const ENTRY_CHARACTERS = 8;
/** Stands behind the last session; what follows is left of a longer list. */
const END = ".";

/** The list of sessions of one run, as it is at any moment. */
export class SessionFile {
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();

  private constructor(path: string, file: Deno.FsFile) {
    this.path = path;
    this.#file = file;
  }

  /** Makes the file with an empty list, mode 0600; `null` where that is impossible. */
  static open(path: string): SessionFile | null {
    // One that is there belongs to a dead runner, whose guardian may still have to read it.
    removeQuietly(path);
    try {
      const options = { write: true, createNew: true, mode: 0o600 };
      const made = new SessionFile(path, Deno.openSync(path, options));
      if (made.write([])) return made;
      made.remove();
      return null;
    } catch {
      return null;
    }
  }

  /** Writes the list with one call; returns whether all of it is written. */
  write(sessions: Iterable<number>): boolean {
    const bytes = this.#encoder.encode(sessionList(sessions));
    try {
      this.#file.seekSync(0, Deno.SeekMode.Start);
      return this.#file.writeSync(bytes) === bytes.length;
    } catch {
      return false;
    }
  }

  /** Closes and removes the file. Never throws. To be called once. */
  remove(): void {
    this.#file.close();
    removeQuietly(this.path);
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Mostly it is not there; one that stays is a list of sessions that are gone.
  }
}

/**
 * Returns the text of a list: entries of the same width, and a period.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(sessionList([12, 4194304]), "12      4194304 .       ");
 * ```
 */
export function sessionList(sessions: Iterable<number>): string {
  return [...sessions, END]
    .map((entry) => `${entry}`.padEnd(ENTRY_CHARACTERS)).join("");
}
