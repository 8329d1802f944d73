/** Owns the file that only grows: one handle, one call a write, no half line left behind. */

import type { AppendFile } from "../../ports/mod.ts";
import { cannotWrite } from "./failure.ts";
import { ShortWriteError, writeAll } from "./write_all.ts";

/** What is needed of an open file. */
export interface AppendHandle {
  writeSync(bytes: Uint8Array): number;
  syncDataSync(): void;
  statSync(): { readonly size: number };
  truncateSync(sizeBytes: number): void;
  close(): void;
}

/** Returns the append file over a handle that was opened to append to `path`. */
export function appendTo(handle: AppendHandle, path: string): AppendFile {
  return {
    write(text) {
      try {
        writeAll(handle, text);
      } catch (error) {
        if (!(error instanceof ShortWriteError)) throw error;
        takeBack(handle, error.writtenBytes);
        throw cannotWrite(path, error.cause);
      }
    },
    sync() {
      try {
        handle.syncDataSync();
      } catch (error) {
        throw cannotWrite(path, error);
      }
    },
    close() {
      handle.close();
    },
  };
}

// A line cut short in the middle would spoil the next one, should there be room again.
// Only the owner of a run appends to its files, so the last bytes are ours.
function takeBack(handle: AppendHandle, writtenBytes: number): void {
  if (writtenBytes === 0) return;
  try {
    handle.truncateSync(handle.statSync().size - writtenBytes);
  } catch {
    // The write has failed already; that is what gets reported.
  }
}
