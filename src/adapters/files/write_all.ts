/** Owns writing the whole of a text or of bytes, however little each call takes. */

const ENCODER = new TextEncoder();

/** A file or stream that takes bytes. */
export interface ByteSink {
  writeSync(bytes: Uint8Array): number;
}

/** A write that stopped short; `cause` is what the last call threw. */
export class ShortWriteError extends Error {
  override readonly name = "ShortWriteError";
  /** Bytes that were taken before the failure. */
  readonly writtenBytes: number;

  constructor(writtenBytes: number, cause: unknown) {
    super("The text was not written as a whole", { cause });
    this.writtenBytes = writtenBytes;
  }
}

/**
 * Writes all of `content`, a text as UTF-8, with one call where the system takes it at once.
 *
 * @throws {ShortWriteError} when a call fails or takes nothing
 */
export function writeAll(
  sink: ByteSink,
  content: string | Uint8Array,
): void {
  let rest = typeof content === "string" ? ENCODER.encode(content) : content;
  let writtenBytes = 0;
  while (rest.length > 0) {
    let count = 0;
    try {
      count = sink.writeSync(rest);
    } catch (error) {
      throw new ShortWriteError(writtenBytes, error);
    }
    if (count <= 0) {
      throw new ShortWriteError(
        writtenBytes,
        new Error("The system took no bytes"),
      );
    }
    writtenBytes += count;
    rest = rest.subarray(count);
  }
}
