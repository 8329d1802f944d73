/**
 * Owns printing to a standard stream: each text as a whole and at once. When whoever
 * reads it goes away, printing stops and the program does not.
 */

import type { Stream } from "../../ports/mod.ts";
import { describeCause } from "../files/mod.ts";
import { decideColor, decideColumns, type ReadEnv } from "./color.ts";

/** What is needed of a standard stream. */
export interface StreamHandle {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** A stream that remembers why it stopped. */
export interface OutputStream extends Stream {
  /** Why text was lost, other than by a reader who went away: a full disk. `null` while all is well. */
  readonly failure: string | null;
}

/** Options of {@linkcode createStream}. */
export interface StreamOptions {
  readonly env: ReadEnv;
  /** Returns the columns of the terminal, or throws. */
  readonly measure?: () => number;
}

/** Returns the stream over one of the standard handles. */
export function createStream(
  handle: StreamHandle,
  { env, measure = () => Deno.consoleSize().columns }: StreamOptions,
): OutputStream {
  const encoder = new TextEncoder();
  const isTerminal = handle.isTerminal();
  const hasColor = decideColor(env, { isTerminal });
  let isClosed = false;
  let failure: string | null = null;
  return {
    isTerminal,
    hasColor,
    get columns() {
      return decideColumns(env, isTerminal ? measure : () => 80);
    },
    get isClosed() {
      return isClosed;
    },
    get failure() {
      return failure;
    },
    write(text) {
      let rest = encoder.encode(text);
      while (rest.length > 0 && !isClosed) {
        try {
          rest = rest.subarray(handle.writeSync(rest));
        } catch (error) {
          if (error instanceof Deno.errors.WouldBlock) {
            waitForReader();
          } else {
            isClosed = true;
            if (!isReaderGone(error)) failure = describeCause(error);
          }
        }
      }
    },
  };
}

/** Returns standard output and standard error of this process. */
export function createStreams(
  env: ReadEnv = (name) => Deno.env.get(name),
): { readonly stdout: OutputStream; readonly stderr: OutputStream } {
  return {
    stdout: createStream(Deno.stdout, { env }),
    stderr: createStream(Deno.stderr, { env }),
  };
}

// EIO is what a terminal answers once its window is closed.
function isReaderGone(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset ||
    (error as { readonly code?: unknown }).code === "EIO";
}

// Somebody made the other end non-blocking (ssh, node): wait as a blocking write would.
function waitForReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
