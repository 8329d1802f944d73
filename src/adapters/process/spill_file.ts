/** Owns the file for a stream that is too long to keep. It never fails an action: it is there or it is not. */

import { basename, dirname } from "@std/path";

/** Most that is written of one stream. */
export const SPILL_MAX_BYTES = 256 * 1024 * 1024;

/** A spill file that was completed. */
export interface Spill {
  /** Name without its folder. */
  readonly name: string;
  /** Whether the stream was longer than the file may be. */
  readonly isCut: boolean;
}

/** A file that takes the first 256 MiB of a stream, mode 0600. */
export class SpillFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #file: Deno.FsFile | null = null;
  #sizeBytes = 0;
  #isCut = false;

  /** Opens the file; its folder is made when it is missing. */
  constructor(path: string, options: { readonly maxBytes?: number } = {}) {
    this.#path = path;
    this.#maxBytes = options.maxBytes ?? SPILL_MAX_BYTES;
    try {
      Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      this.#file = Deno.openSync(path, {
        write: true,
        create: true,
        truncate: true,
        mode: 0o600,
      });
    } catch {
      this.#file = null;
    }
  }

  /** Adds to the file up to its limit; after a failure (disk full) does nothing. */
  write(bytes: Uint8Array): void {
    if (this.#file === null) return;
    const room = this.#maxBytes - this.#sizeBytes;
    if (bytes.length > room) this.#isCut = true;
    try {
      for (let rest = bytes.subarray(0, room); rest.length > 0;) {
        const count = this.#file.writeSync(rest);
        this.#sizeBytes += count;
        rest = rest.subarray(count);
      }
    } catch {
      this.#drop(this.#file);
    }
  }

  /** Closes the file; returns it, or `null` when it could not be written. */
  finish(): Spill | null {
    if (this.#file === null) return null;
    this.#file.close();
    return { name: basename(this.#path), isCut: this.#isCut };
  }

  /** A part of a stream that looks whole would mislead, and a full disk needs the room. */
  #drop(file: Deno.FsFile): void {
    this.#file = null;
    file.close();
    try {
      Deno.removeSync(this.#path);
    } catch {
      // What cannot be removed is not named anywhere.
    }
  }
}
