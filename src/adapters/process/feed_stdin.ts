/** Writes text to a child's standard input for as long as the child takes it. */

const PIECE_BYTES = 64 * 1024;

/** A text on its way. */
export interface Feed {
  /** Writes no further piece. Whoever still holds the pipe may read what is in it. */
  stop(): void;
}

/**
 * Starts to write `text` and closes the pipe behind it. Never throws, and nobody has to wait:
 * a child that does not read, or not all of it, ends when it wants to.
 */
export function feedStdin(
  stdin: WritableStream<Uint8Array<ArrayBuffer>>,
  text: string,
): Feed {
  let isStopped = false;

  async function run(): Promise<void> {
    const writer = stdin.getWriter();
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length && !isStopped; at += PIECE_BYTES) {
      await writer.write(bytes.subarray(at, at + PIECE_BYTES));
    }
    await writer.close();
  }

  // A reader that goes away (`head`, an early exit) breaks the pipe: that is its right.
  run().catch(() => {});
  return {
    stop() {
      isStopped = true;
    },
  };
}
