/** Owns replacing secrets in text, also where a stream cuts one in two. */

import type { Mask } from "../../ports/mod.ts";

/** What stands where a secret stood. */
export const MASKED = "***";
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
      // How much of the carry stands behind a mask that has been given out already.
      let covered = 0;
      const give = (all: string, cut: number): string => {
        let shown = "";
        let at = Math.min(covered, cut);
        covered -= at;
        for (const [start, end] of spansOf(all, regexp, covered + at)) {
          if (start >= cut) break;
          if (start > at || end > at) shown += all.slice(at, start);
          if (start >= at) shown += MASKED;
          covered = Math.max(covered, end - cut);
          at = Math.max(at, Math.min(end, cut));
        }
        return shown + all.slice(at, cut);
      };
      return {
        push(text) {
          const all = carry + text;
          const cut = openStart(all, sorted);
          const shown = give(all, cut);
          carry = all.slice(cut);
          return shown;
        },
        flush() {
          const shown = give(carry, carry.length);
          carry = "";
          covered = 0;
          return shown;
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

/** Returns the length of the longest end of `text` that may be the beginning of a secret. */
function openEnd(
  text: string,
  secrets: readonly string[],
  longest: number,
): number {
  for (let length = Math.min(longest - 1, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (
      secrets.some((secret) => secret.length > length && secret.startsWith(end))
    ) {
      return length;
    }
  }
  return 0;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
