/** Empties one pipe of a child with one re-used buffer, whoever listens and for as long as it is held open. */

import { callGuarded } from "./call_guarded.ts";

const BUFFER_BYTES = 64 * 1024;
/** Buffers of pipes that ended: most actions print less than it costs to allocate one. */
const spareBuffers: Uint8Array<ArrayBuffer>[] = [];
const MAX_SPARE_BUFFERS = 4;
/** Rate limit for what nobody reads any more: one buffer in this time. */
const DISCARD_PAUSE_MS = 10;

/** A pipe that is being emptied. */
export interface Drain {
  /** Resolves at the end of the stream or after `cancel`. Never rejects. */
  readonly ended: Promise<void>;
  readonly hasEnded: boolean;
  /**
   * Throws away what still comes, slowly. A background process that writes to a closed
   * pipe would die of it, one that writes to a full pipe would hang.
   */
  discard(): void;
  /** Closes the pipe. */
  cancel(): void;
}

/**
 * Starts to empty `stream`.
 *
 * @param onBytes called with each piece; the bytes are overwritten once it returns
 */
export function drainStream(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: (bytes: Uint8Array<ArrayBuffer>) => void,
): Drain {
  const reader = stream.getReader({ mode: "byob" });
  let isDiscarding = false;
  let isCancelled = false;
  let hasEnded = false;
  let wake = () => {};

  async function run(): Promise<void> {
    let buffer = spareBuffers.pop() ?? new Uint8Array(BUFFER_BYTES);
    while (!isCancelled) {
      const { value, done } = await reader.read(buffer);
      // At the end the buffer comes back; after a cancel it does not.
      if (done && value !== undefined) giveBack(value.buffer);
      if (done || value === undefined) return;
      if (isDiscarding) await pause();
      else callGuarded(() => onBytes(value));
      buffer = new Uint8Array(value.buffer);
    }
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, DISCARD_PAUSE_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    // A pipe that breaks has ended; there is nothing better to do about it.
    ended: run().catch(() => {}).then(() => {
      hasEnded = true;
    }),
    get hasEnded() {
      return hasEnded;
    },
    discard() {
      isDiscarding = true;
    },
    cancel() {
      isCancelled = true;
      wake();
      if (!hasEnded) reader.cancel().catch(() => {});
    },
  };
}

function giveBack(buffer: ArrayBuffer): void {
  if (spareBuffers.length < MAX_SPARE_BUFFERS) {
    spareBuffers.push(new Uint8Array(buffer));
  }
}
