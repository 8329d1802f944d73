// deno-lint-ignore-file no-control-regex -- control characters are what this file is about
/** Owns text without its colours, and where each character of it stands in the text with them. */

/** What {@linkcode makeVisible} removes where there are no colours. */
const COLOR_REGEXP = /\x1b\[[0-9;:]*m/g;
/** The beginning of one, at the end of what has come. */
const OPEN_COLOR_REGEXP = /\x1b(?:\[[0-9;:]{0,64})?$/;

/** A text without colours. */
export interface Bare {
  readonly text: string;
  /** Returns the place in the raw text of a character of `text`. */
  rawAt(index: number): number;
  /** Where the raw text ends for now: before a colour that is not whole yet. */
  readonly rawEnd: number;
  /** Returns the last character of `text` that stands before a place in the raw text, or an empty text. */
  lastBefore(rawIndex: number): string;
}

/**
 * Returns a text without its colours.
 *
 * @param options `isOpen`: more text may follow
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const bare = bareText("a\x1b[1mb\x1b[", { isOpen: true });
 * assertEquals([bare.text, bare.rawAt(1), bare.rawEnd], ["ab", 5, 6]);
 * ```
 */
export function bareText(
  raw: string,
  options: { readonly isOpen: boolean },
): Bare {
  if (!raw.includes("\x1b")) {
    return {
      text: raw,
      rawAt: (index) => index,
      rawEnd: raw.length,
      lastBefore: (rawIndex) => raw.slice(0, rawIndex).slice(-1),
    };
  }
  const open = options.isOpen ? OPEN_COLOR_REGEXP.exec(raw) : null;
  const rawEnd = open?.index ?? raw.length;
  let text = "";
  /** Where a piece begins: in `text`, and how many characters of colours stand before it. */
  const pieces: { readonly start: number; readonly removed: number }[] = [];
  let at = 0;
  const take = (end: number) => {
    pieces.push({ start: text.length, removed: at - text.length });
    text += raw.slice(at, end);
  };
  for (const match of raw.matchAll(COLOR_REGEXP)) {
    take(match.index);
    at = match.index + match[0].length;
  }
  take(rawEnd);
  const rawAt = (index: number): number => {
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle]?.start ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return index + (pieces[low]?.removed ?? 0);
  };
  return {
    text,
    rawAt,
    rawEnd,
    lastBefore(rawIndex) {
      const shown = raw.slice(0, Math.min(rawIndex, rawEnd));
      return shown.replace(COLOR_REGEXP, "").slice(-1);
    },
  };
}

/** Returns the colours in a text, without the text. */
export function colorsIn(text: string): string {
  return text.includes("\x1b") ? (text.match(COLOR_REGEXP) ?? []).join("") : "";
}
