/** Owns telling where in a script a reference is read as a part of it, and not as a quoted text. */

import { shellPlaces } from "./shell_places.ts";

/** A reference that the shell reads. */
export interface UnsafeReference {
  /** As written. */
  readonly source: string;
  /** What the fix replaces: the reference, with the quotes right around it. */
  readonly excerpt: string;
  /** Which of the occurrences of `excerpt` in the script it is, from 0. */
  readonly occurrence: number;
  /** What is to be written in its place; `null` where quotes would be wrong: within a quoted text or a document. */
  readonly fix: string | null;
}

const REFERENCE_REGEXP = /(?<!\$)\$\{[^{}]+\}/g;
const HEREDOC_REGEXP = /<<-?\s*(['"])([\w.-]+)\1/;

/**
 * Returns the references in the script that stand neither in a comment, nor behind an odd number of
 * single quotes of their line, nor in a document between quoted marks (FORMAT 6.8).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(unsafeReferences("echo \"${context.goal}\" '${context.task}'"), [{
 *   source: "${context.goal}",
 *   excerpt: '"${context.goal}"',
 *   occurrence: 0,
 *   fix: "${context.goal:shell}",
 * }]);
 * ```
 */
export function unsafeReferences(script: string): readonly UnsafeReference[] {
  const found: UnsafeReference[] = [];
  let places: ReadonlyMap<number, string> | null = null;
  let mark: string | null = null;
  let lineStart = 0;
  for (const line of script.split("\n")) {
    const start = lineStart;
    lineStart += line.length + 1;
    if (mark !== null) {
      if (line.trim() === mark) mark = null;
      continue;
    }
    if (line.trimStart().startsWith("#")) continue;
    for (const match of line.matchAll(REFERENCE_REGEXP)) {
      const [source] = match;
      if (source.endsWith(":shell}")) continue;
      places ??= shellPlaces(script);
      const at = start + match.index;
      const place = places.get(at);
      const isQuoted = count(line.slice(0, match.index), "'") % 2 === 1;
      // The quote of "it's" begins nothing.
      if (isQuoted && place !== "bare" && place !== "alone") continue;
      found.push(unsafe(script, { source, at, place }));
    }
    mark = HEREDOC_REGEXP.exec(line)?.[2] ?? null;
  }
  return found;
}

function unsafe(
  script: string,
  { source, at, place }: {
    readonly source: string;
    readonly at: number;
    readonly place: string | undefined;
  },
): UnsafeReference {
  const isAlone = place === "alone";
  const hasFallback = /:default=|\?\}$/.test(source);
  const fix = !hasFallback && (isAlone || place === "bare")
    ? `${source.slice(0, -1)}:shell}`
    : null;
  const excerpt = isAlone ? `"${source}"` : source;
  const occurrence = occurrencesBefore(script, excerpt, isAlone ? at - 1 : at);
  return { source, excerpt, occurrence, fix };
}

function occurrencesBefore(
  script: string,
  excerpt: string,
  end: number,
): number {
  let occurrences = 0;
  let at = script.indexOf(excerpt);
  while (at >= 0 && at < end) {
    const isEscaped = excerpt.startsWith("$") && script[at - 1] === "$";
    if (!isEscaped) occurrences++;
    at = script.indexOf(excerpt, at + 1);
  }
  return occurrences;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
