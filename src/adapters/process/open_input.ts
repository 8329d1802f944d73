/** Owns talking to a child through its standard input, for as long as the child listens. */

import type { ChildInput } from "../../ports/mod.ts";

/** Returns the open input of a child. Texts are written in the order in which they are given. */
export function openInput(
  stdin: WritableStream<Uint8Array<ArrayBuffer>>,
): ChildInput {
  const writer = stdin.getWriter();
  const encoder = new TextEncoder();
  let isClosed = false;
  // A pipe that breaks tells so at the next write.
  writer.closed.catch(() => {});
  return {
    async write(text) {
      if (isClosed) return false;
      try {
        await writer.write(encoder.encode(text));
        return true;
      } catch {
        return false;
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      writer.close().catch(() => {});
    },
  };
}
