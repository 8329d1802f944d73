/** Owns replacing secrets in text, also where a stream cuts one in two. */

import { escapePattern, MASKED } from "../../model/mod.ts";
import type { Mask } from "../../ports/mod.ts";

/** Shorter values would mask half of every text. */
const SECRET_CHARACTERS_MIN = 4;

/**
 * Returns a mask for the given values; `null` when none is long enough to be one. The lines
 * of a value with several lines are masked one by one too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const stream = makeMask(["hunter22"])!.start();
 * assertEquals(stream.push("pw=hunt") + stream.push("er22!") + stream.flush(), "pw=***!");
 * ```
 */
export function makeMask(values: Iterable<string>): Mask | null {
  const secrets = new Set<string>();
  for (const value of values) {
    for (const part of [value, value.trim(), ...value.split("\n")]) {
      const secret = part === value ? part : part.trim();
      if (secret.length >= SECRET_CHARACTERS_MIN) secrets.add(secret);
    }
  }
  if (secrets.size === 0) return null;
  const sorted = [...secrets].sort((a, b) => b.length - a.length);
  const regexp = new RegExp(sorted.map(escapePattern).join("|"), "g");
  return {
    start() {
      let carry = "";
      // How much of the carry belongs to a secret whose mask has been given out already.
      let covered = 0;
      const give = (all: string, cut: number): string => {
        let shown = "";
        let at = 0;
        let beyond = 0;
        for (const span of spansOf(all, { regexp, covered })) {
          if (span.start >= cut && !span.isShown) break;
          shown += all.slice(at, span.start);
          if (!span.isShown) shown += MASKED;
          at = Math.min(span.end, cut);
          beyond = Math.max(0, span.end - cut);
        }
        covered = beyond;
        return shown + all.slice(at, cut);
      };
      return {
        push(text) {
          const all = carry + text;
          const cut = openStart(all, sorted);
          carry = all.slice(cut);
          return give(all, cut);
        },
        flush() {
          const rest = carry;
          carry = "";
          return give(rest, rest.length);
        },
      };
    },
  };
}

/** Returns `text` with secrets replaced. */
export function maskText(mask: Mask | null, text: string): string {
  if (mask === null) return text;
  const stream = mask.start();
  return stream.push(text) + stream.flush();
}

/** A stretch of text that secrets cover, overlapping ones taken together. */
interface Span {
  readonly start: number;
  end: number;
  readonly isShown: boolean;
}

function spansOf(
  text: string,
  options: { readonly regexp: RegExp; readonly covered: number },
): readonly Span[] {
  const { regexp, covered } = options;
  const spans: Span[] = covered > 0
    ? [{ start: 0, end: covered, isShown: true }]
    : [];
  regexp.lastIndex = 0;
  for (let match = regexp.exec(text); match; match = regexp.exec(text)) {
    const { index: start } = match;
    const end = start + match[0].length;
    const last = spans.at(-1);
    if (last !== undefined && start < last.end) {
      last.end = Math.max(last.end, end);
    } else spans.push({ start, end, isShown: false });
    // The next one may begin inside this one.
    regexp.lastIndex = start + 1;
  }
  return spans;
}

/** Returns where the longest end of `text` starts that may be the beginning of a secret. */
function openStart(text: string, secrets: readonly string[]): number {
  const longest = secrets[0]?.length ?? 0;
  for (
    let at = Math.max(0, text.length - longest + 1);
    at < text.length;
    at++
  ) {
    const isOpen = secrets.some((secret) =>
      secret.length > text.length - at &&
      secret.charCodeAt(0) === text.charCodeAt(at) &&
      secret.startsWith(text.slice(at))
    );
    if (isOpen) return at;
  }
  return text.length;
}
