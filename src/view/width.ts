// deno-lint-ignore-file no-control-regex -- colours begin with an escape character
/** Owns how many terminal columns a text takes, and cutting it to a width. SGR colours take none. */

const SGR_REGEXP = /\x1b\[[0-9;:]*m/g;
const PLAIN_REGEXP = /^[\x20-\x7e]*$/;

/** First and last code points that take two columns (East Asian wide and full width). */
const WIDE_RANGES: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

let segmenter: Intl.Segmenter | null = null;

/** Returns the user-perceived characters of `text` in order. */
export function graphemesOf(text: string): readonly string[] {
  if (PLAIN_REGEXP.test(text)) return text.split("");
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** Returns the columns of one grapheme: 0, 1 or 2. */
export function graphemeWidth(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f && grapheme.length === 1) return 1;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  // Made where they are used: tables of Unicode take long to look up at every start.
  const isMark = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u.test(grapheme);
  if (isMark && code !== 0xad) return 0;
  const isEmoji = /^\p{Emoji_Presentation}|^\p{Regional_Indicator}{2}/u
    .test(grapheme);
  if (isEmoji || grapheme.includes("\ufe0f")) return 2;
  return WIDE_RANGES.some(([first, last]) => code >= first && code <= last)
    ? 2
    : 1;
}

/**
 * Returns the terminal columns of `text`; control characters and SGR colours take none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(displayWidth("e\u0301 日本 👩‍💻"), 9);
 * assertEquals(displayWidth("\x1b[32mok\x1b[0m"), 2);
 * ```
 */
export function displayWidth(text: string): number {
  if (PLAIN_REGEXP.test(text)) return text.length;
  let width = 0;
  for (const part of graphemesOf(text.replaceAll(SGR_REGEXP, ""))) {
    width += graphemeWidth(part);
  }
  return width;
}

/**
 * Returns `text` cut to at most `columns`, ending in the ellipsis when something was cut.
 * Colours that are open at the cut are closed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(truncate("npm run test", { columns: 8 }), "npm run…");
 * assertEquals(truncate("日本語", { columns: 4 }), "日…");
 * ```
 */
export function truncate(
  text: string,
  options: { readonly columns: number; readonly ellipsis?: string },
): string {
  return options.columns === Infinity ? text : cut(text, options);
}

function cut(
  text: string,
  options: { readonly columns: number; readonly ellipsis?: string },
): string {
  const { columns } = options;
  // A line can be megabytes long, and only its beginning is shown.
  const lengthMax = columns * 16 + 1024;
  if (text.length > lengthMax) text = text.slice(0, lengthMax);
  else if (displayWidth(text) <= columns) return text;
  const ellipsis = options.ellipsis ?? "…";
  const room = Math.max(0, columns - displayWidth(ellipsis));
  let width = 0;
  let kept = "";
  let isColored = false;
  let end = 0;
  const take = (plain: string): boolean => {
    for (const part of graphemesOf(plain)) {
      const partWidth = graphemeWidth(part);
      if (width + partWidth > room) return false;
      width += partWidth;
      kept += part;
    }
    return true;
  };
  for (const match of text.matchAll(SGR_REGEXP)) {
    if (!take(text.slice(end, match.index))) {
      return kept + (isColored ? "\x1b[0m" : "") + cutTo(ellipsis, columns);
    }
    kept += match[0];
    isColored = !isReset(match[0]);
    end = match.index + match[0].length;
  }
  take(text.slice(end));
  return kept + (isColored ? "\x1b[0m" : "") + cutTo(ellipsis, columns);
}

/** Returns `text` followed by spaces up to `columns`; as it is when wider. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

/** Returns whether an SGR sequence switches everything off. */
export function isReset(sequence: string): boolean {
  return /^\x1b\[0*m$/.test(sequence);
}

function cutTo(ellipsis: string, columns: number): string {
  return ellipsis.slice(0, Math.max(0, columns));
}
