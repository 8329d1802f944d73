/** Owns searching in a worker, which can be ended while a pattern backtracks. */

import type { Haystack, MatchResult } from "../../ports/mod.ts";

// Text, so that it is the same from source, from a bundle and in a compiled program.
const WORKER = `self.onmessage = ({ data }) => {
  try {
    const text = data.text ?? Deno.readTextFileSync(data.path);
    self.postMessage({ isMatched: new RegExp(data.source, data.flags).test(text) });
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
      ...(haystack.kind === "text"
        ? { text: haystack.text }
        : { path: haystack.path }),
    });
  });
}
