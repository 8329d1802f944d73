/**
 * Owns replacing secrets in text, also where a stream cuts one in two or colours stand within:
 * who shows the text without them would put it together again.
 */

import { escapePattern, MASKED } from "../../model/mod.ts";
import type { Mask } from "../../ports/mod.ts";
import { encodedForms } from "./encoded_forms.ts";
import { type Bare, bareText, colorsIn } from "./bare_text.ts";

/** Shorter values would mask half of every text. */
const SECRET_CHARACTERS_MIN = 4;
/** Shorter values are masked where they are words of their own, not within others. */
const PART_CHARACTERS_MIN = 8;
/** Words that stand for nothing: a key without a value has them, and so has every text. */
const EMPTY_WORD_REGEXP =
  /^(?:true|false|yes|no|on|off|none|null|nil|undefined)$/i;
const WORD = "[A-Za-z0-9_]";

/**
 * Returns a mask for the given values; `null` when none is long enough to be one. Their usual encodings
 * are masked, too ({@linkcode encodedForms}). The lines
 * of a value with several lines are masked one by one too. What has fewer than eight characters
 * is masked only where no letter, digit or underscore stands beside it.
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
      const isSecret = secret.length >= SECRET_CHARACTERS_MIN &&
        !EMPTY_WORD_REGEXP.test(secret);
      if (!isSecret) continue;
      secrets.add(secret);
      for (const form of encodedForms(secret)) secrets.add(form);
    }
  }
  if (secrets.size === 0) return null;
  const sorted = [...secrets].sort((a, b) => b.length - a.length);
  const regexp = new RegExp(sorted.map(sourceOf).join("|"), "g");
  return { start: () => new MaskStream(sorted, regexp) };
}

/** Returns `text` with secrets replaced. */
export function maskText(mask: Mask | null, text: string): string {
  if (mask === null) return text;
  const stream = mask.start();
  return stream.push(text) + stream.flush();
}

function isShort(secret: string): boolean {
  return secret.length < PART_CHARACTERS_MIN;
}

function sourceOf(secret: string): string {
  const source = escapePattern(secret);
  if (!isShort(secret)) return source;
  const isWord = new RegExp(WORD);
  return (isWord.test(secret.charAt(0)) ? `(?<!${WORD})` : "") + source +
    (isWord.test(secret.slice(-1)) ? `(?!${WORD})` : "");
}

/** A stretch of text that secrets cover, overlapping ones taken together. */
interface Span {
  readonly start: number;
  end: number;
  /** Whether its mask has been given out before. */
  readonly isShown: boolean;
}

/** Masks one stream. Positions are those of the raw text, colours included. */
class MaskStream {
  readonly #secrets: readonly string[];
  readonly #regexp: RegExp;
  readonly #hasShort: boolean;
  /** What may be the beginning of a secret. */
  #carry = "";
  /** How much of the carry belongs to a secret whose mask has been given out. */
  #covered = 0;
  /** The last character that was given out, colours aside: a short secret is none within a word. */
  #before = "";

  constructor(secrets: readonly string[], regexp: RegExp) {
    this.#secrets = secrets;
    this.#regexp = regexp;
    this.#hasShort = secrets.some(isShort);
  }

  push(text: string): string {
    const all = this.#carry + text;
    const bare = bareText(all, { isOpen: true });
    return this.#give(all, bare, this.#openStart(bare));
  }

  flush(): string {
    const all = this.#carry;
    return this.#give(all, bareText(all, { isOpen: false }), all.length);
  }

  #give(all: string, bare: Bare, cut: number): string {
    let shown = "";
    let at = 0;
    let beyond = 0;
    for (const span of this.#spansOf(bare)) {
      if (span.start >= cut && !span.isShown) break;
      const end = Math.min(span.end, cut);
      shown += all.slice(at, span.start);
      if (!span.isShown) shown += MASKED;
      // What follows keeps its colour.
      shown += colorsIn(all.slice(span.start, end));
      at = end;
      beyond = Math.max(0, span.end - cut);
    }
    this.#covered = beyond;
    this.#carry = all.slice(cut);
    if (this.#hasShort) this.#before = bare.lastBefore(cut) || this.#before;
    return shown + all.slice(at, cut);
  }

  #spansOf(bare: Bare): readonly Span[] {
    const spans: Span[] = this.#covered > 0
      ? [{ start: 0, end: this.#covered, isShown: true }]
      : [];
    const regexp = this.#regexp;
    const text = this.#before + bare.text;
    const offset = this.#before.length;
    regexp.lastIndex = offset;
    for (let match = regexp.exec(text); match; match = regexp.exec(text)) {
      const first = match.index - offset;
      const start = bare.rawAt(first);
      const end = bare.rawAt(first + match[0].length - 1) + 1;
      const last = spans.at(-1);
      if (last !== undefined && start < last.end) {
        last.end = Math.max(last.end, end);
      } else spans.push({ start, end, isShown: false });
      // The next one may begin inside this one.
      regexp.lastIndex = match.index + 1;
    }
    return spans;
  }

  /** Returns where the longest end of the text starts that may be the beginning of a secret. */
  #openStart({ text, rawAt, rawEnd }: Bare): number {
    const longest = this.#secrets[0]?.length ?? 0;
    for (let at = Math.max(0, text.length - longest); at < text.length; at++) {
      const length = text.length - at;
      const isOpen = this.#secrets.some((secret) =>
        // A short one is known to be one only by what follows.
        (secret.length > length ||
          (secret.length === length && isShort(secret))) &&
        secret.charCodeAt(0) === text.charCodeAt(at) &&
        secret.startsWith(text.slice(at))
      );
      if (isOpen) return rawAt(at);
    }
    return rawEnd;
  }
}
