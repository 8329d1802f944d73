/**
 * Owns the file in which a guardian finds the sessions of its run once it has to end them: unlike a line
 * in a pipe it wakes nobody when an action starts or ends. It has no name by the time that an action could
 * write into it: a number in it is believed, and a foreign session would be ended.
 */

/** Digits of the largest process number and a space: a list that is cut off at a page still has whole numbers. */
const ENTRY_CHARACTERS = 8;
/** Stands behind the last session; what follows is left of a longer list. */
const END = ".";

/** The name that it has for a moment. */
const NAME = "sessions";
const OWN_DESCRIPTORS = "/proc/self/fd";

/** The list of sessions of one run, as it is at any moment; nothing at all until it is written for the first time. */
export class SessionFile {
  /** Where another process of this user opens it, for as long as this one lives. */
  readonly source: string;
  readonly #file: Deno.FsFile;
  readonly #link: string;
  readonly #encoder = new TextEncoder();

  private constructor(
    file: Deno.FsFile,
    found: { readonly source: string; readonly link: string },
  ) {
    this.#file = file;
    this.source = found.source;
    this.#link = found.link;
  }

  /** Makes it on the disk of `folder`, mode 0600, and takes its name away; `null` where that is impossible. */
  static open(folder: string): SessionFile | null {
    const path = `${folder}/${NAME}`;
    // One that is there was left by a runner that was killed in the moment between.
    removeQuietly(path);
    let file: Deno.FsFile;
    try {
      const options = { write: true, createNew: true, mode: 0o600 };
      file = Deno.openSync(path, options);
    } catch {
      return null;
    }
    const found = findDescriptor(path);
    removeQuietly(path);
    try {
      if (found !== null && isNameless(file)) {
        const link = Deno.readLinkSync(found);
        return new SessionFile(file, { source: found, link });
      }
    } catch {
      // As where it is not found.
    }
    file.close();
    return null;
  }

  /** Returns whether `descriptor`, a path below `/proc/PID/fd`, is this file. Never throws. */
  isOpenAs(descriptor: string): boolean {
    try {
      return Deno.readLinkSync(descriptor) === this.#link;
    } catch {
      return false;
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

  /** Closes it, with which it is gone. To be called once. */
  close(): void {
    this.#file.close();
  }
}

/** Returns where others open what this process has open as `path`, or `null`. */
function findDescriptor(path: string): string | null {
  try {
    const real = Deno.realPathSync(path);
    for (const { name } of Deno.readDirSync(OWN_DESCRIPTORS)) {
      if (linkOf(`${OWN_DESCRIPTORS}/${name}`) !== real) continue;
      return `/proc/${Deno.pid}/fd/${name}`;
    }
  } catch {
    return null;
  }
  return null;
}

function linkOf(path: string): string | null {
  try {
    return Deno.readLinkSync(path);
  } catch {
    // The descriptor by which the list is read is closed by now.
    return null;
  }
}

function isNameless(file: Deno.FsFile): boolean {
  return file.statSync().nlink === 0;
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Mostly it is not there; one that still has its name is not used.
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
