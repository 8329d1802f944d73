/** Owns reading what people type, line by line. */

import type { LineInput } from "../../ports/mod.ts";
import { decodeSource, MAX_SOURCE_BYTES, tooLarge } from "../sources/mod.ts";

/** What is needed of standard input. */
export interface InputHandle {
  read(bytes: Uint8Array): Promise<number | null>;
  isTerminal(): boolean;
}

const CHUNK_BYTES = 1024;
const SOURCE_CHUNK_BYTES = 64 * 1024;

/** Returns lines of `handle`, standard input by default. Bytes that are no text become U+FFFD. */
export function createInput(handle: InputHandle = Deno.stdin): LineInput {
  const decoder = new TextDecoder();
  let pending = "";
  let isAtEnd = false;
  return {
    get isTerminal() {
      return handle.isTerminal();
    },
    async readLine() {
      while (!isAtEnd && !pending.includes("\n")) {
        const bytes = new Uint8Array(CHUNK_BYTES);
        const count = await handle.read(bytes);
        isAtEnd = count === null;
        pending += count === null
          ? decoder.decode()
          : decoder.decode(bytes.subarray(0, count), { stream: true });
      }
      const end = pending.indexOf("\n");
      if (end < 0 && pending === "") return null;
      const line = end < 0 ? pending : pending.slice(0, end);
      pending = end < 0 ? "" : pending.slice(end + 1);
      return line.replace(/\r$/, "");
    },
    async readSource() {
      const parts: Uint8Array[] = [];
      let sizeBytes = 0;
      while (sizeBytes <= MAX_SOURCE_BYTES) {
        const bytes = new Uint8Array(SOURCE_CHUNK_BYTES);
        const count = await handle.read(bytes);
        if (count === null) return decodeSource(joined(parts, sizeBytes));
        parts.push(bytes.subarray(0, count));
        sizeBytes += count;
      }
      return tooLarge(sizeBytes);
    },
  };
}

function joined(parts: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
