/** Searching text with a pattern that may be hostile: with a deadline, away from the run's own thread. */

/** What to search: a text, or a file too large to keep. */
export type Haystack =
  | { readonly kind: "text"; readonly text: string }
  | {
    readonly kind: "file";
    readonly path: string;
    /** Text that is searched after the file, by itself; empty for none. */
    readonly rest: string;
  };

/** How a search ended. */
export type MatchResult =
  | { readonly kind: "matched"; readonly isMatched: boolean }
  | { readonly kind: "timed-out" }
  | { readonly kind: "failed"; readonly reason: string };

/** Returns whether `pattern` occurs; gives up after `timeoutMs` or when `signal` aborts. Never rejects. */
export type Match = (
  pattern: RegExp,
  haystack: Haystack,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<MatchResult>;
