/** Owns reading a file that somebody else goes on writing. */

import type { GrowingFile } from "../../ports/mod.ts";
import { cannotRead, isMissing } from "./failure.ts";

/** The most that is read at once, as of a pipe: longer strings stay in memory until all of it is cleaned up. */
const PIECE_BYTES = 64 * 1024;

/** Returns the file at `path`, read from its beginning on. */
export function growing(path: string): GrowingFile {
  let file:
    | { readonly handle: Deno.FsFile; readonly inode: number | null }
    | null = null;
  let offsetBytes = 0;
  let decoder = new TextDecoder();
  const close = (): void => {
    file?.handle.close();
    file = null;
    offsetBytes = 0;
    decoder = new TextDecoder();
  };
  return {
    readMore() {
      try {
        const named = Deno.statSync(path);
        // Opening a pipe would wait for its other end.
        if (!named.isFile) throw new Error("It is not a file");
        const isOther = file !== null &&
          (named.ino !== file.inode || named.size < offsetBytes);
        if (isOther) close();
        file ??= { handle: Deno.openSync(path), inode: named.ino };
        const bytes = readFrom(file.handle, offsetBytes, PIECE_BYTES);
        offsetBytes += bytes.length;
        return decoder.decode(bytes, { stream: true });
      } catch (error) {
        if (isMissing(error)) return "";
        throw cannotRead(path, error);
      }
    },
    close,
  };
}

/** Returns the last bytes of a file as text, without what is left of a character at its start. */
export function readEnd(
  path: string,
  maxBytes: number,
): { readonly text: string; readonly isWhole: boolean } {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile) throw new Error("It is not a file");
    // Sooner than by hand, which takes a decoder.
    if (size <= maxBytes) {
      return { text: Deno.readTextFileSync(path), isWhole: true };
    }
    using file = Deno.openSync(path);
    const startBytes = Math.max(0, size - maxBytes);
    const bytes = readFrom(file, startBytes, maxBytes);
    const isWhole = startBytes === 0;
    const start = isWhole
      ? 0
      : bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
    return {
      text: new TextDecoder().decode(bytes.subarray(Math.max(0, start))),
      isWhole,
    };
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** Returns what stands from `offsetBytes` on, up to what is the end now. */
function readFrom(
  file: Deno.FsFile,
  offsetBytes: number,
  maxBytes: number,
): Uint8Array {
  const restBytes = Math.max(0, file.statSync().size - offsetBytes);
  const bytes = new Uint8Array(Math.min(restBytes, maxBytes));
  file.seekSync(offsetBytes, Deno.SeekMode.Start);
  let count = 0;
  while (count < bytes.length) {
    const more = file.readSync(bytes.subarray(count));
    if (more === null) break;
    count += more;
  }
  return bytes.subarray(0, count);
}
