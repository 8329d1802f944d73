/** Owns searching in a worker, which can be ended while a pattern backtracks. */

import type { Haystack, MatchResult } from "../../ports/mod.ts";
import { type FileSearch, searchFile } from "./search_file.ts";
import { staysInLine } from "./stays_in_line.ts";

const CHUNK_BYTES = 1024 * 1024;
/** Twice that is what a search takes of memory, at most. */
const TEXT_MAX_LENGTH = 64 * 1024 * 1024;

// Text, so that it is the same from source, from a bundle and in a compiled program.
const WORKER = `const searchFile = ${searchFile};
self.onmessage = ({ data }) => {
  const has = (text) => new RegExp(data.source, data.flags).test(text);
  try {
    const isMatched = data.file === null
      ? has(data.text)
      : searchFile(data.file) || (data.text !== "" && has(data.text));
    self.postMessage({ isMatched });
  } catch (error) {
    self.postMessage({ reason: String(error.message) });
  }
};`;

/** Returns whether a pattern occurs; see the port. */
export function match(
  pattern: RegExp,
  haystack: Haystack,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<MatchResult> {
  const worker = new Worker(
    `data:text/javascript,${encodeURIComponent(WORKER)}`,
    { type: "module" },
  );
  return new Promise<MatchResult>((resolve) => {
    const end = (result: MatchResult) => {
      clearTimeout(timer);
      options.signal.removeEventListener("abort", onAbort);
      worker.terminate();
      resolve(result);
    };
    const onAbort = () =>
      end({ kind: "failed", reason: "The search was cancelled" });
    const timer = setTimeout(
      () => end({ kind: "timed-out" }),
      options.timeoutMs,
    );
    options.signal.addEventListener("abort", onAbort, { once: true });
    worker.onmessage = ({ data }) =>
      end(
        "isMatched" in data
          ? { kind: "matched", isMatched: data.isMatched }
          : { kind: "failed", reason: data.reason },
      );
    worker.onerror = (event) => {
      event.preventDefault();
      end({ kind: "failed", reason: event.message });
    };
    worker.postMessage({
      source: pattern.source,
      flags: pattern.flags,
      text: haystack.kind === "text" ? haystack.text : haystack.rest,
      file: haystack.kind === "text" ? null : fileSearch(pattern, haystack),
    });
  });
}

function fileSearch(
  pattern: RegExp,
  { path }: Extract<Haystack, { readonly kind: "file" }>,
): FileSearch {
  return {
    path,
    source: pattern.source,
    flags: pattern.flags,
    isInLine: staysInLine(pattern),
    chunkBytes: CHUNK_BYTES,
    textMaxLength: TEXT_MAX_LENGTH,
  };
}
