/** Owns telling where in a script a reference is read as a part of it, and not as a quoted text. */

/** A reference that the shell reads. */
export interface UnsafeReference {
  /** As written. */
  readonly source: string;
  /** What the fix replaces: the reference, with the quotes right around it. */
  readonly excerpt: string;
  /** What is to be written in its place; `null` where it stands within a longer quoted text. */
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
 *   fix: "${context.goal:shell}",
 * }]);
 * ```
 */
export function unsafeReferences(script: string): readonly UnsafeReference[] {
  const found: UnsafeReference[] = [];
  let mark: string | null = null;
  for (const line of script.split("\n")) {
    if (mark !== null) {
      if (line.trim() === mark) mark = null;
      continue;
    }
    if (line.trimStart().startsWith("#")) continue;
    for (const match of line.matchAll(REFERENCE_REGEXP)) {
      const before = line.slice(0, match.index);
      const [source] = match;
      if (count(before, "'") % 2 === 1 || source.endsWith(":shell}")) continue;
      found.push(
        unsafe(source, before, line.slice(match.index + source.length)),
      );
    }
    mark = HEREDOC_REGEXP.exec(line)?.[2] ?? null;
  }
  return found;
}

function unsafe(
  source: string,
  before: string,
  after: string,
): UnsafeReference {
  const isQuoted = count(before.replaceAll(/\\./g, ""), '"') % 2 === 1;
  const isAlone = before.endsWith('"') && after.startsWith('"');
  const hasFallback = /:default=|\?\}$/.test(source);
  const fix = hasFallback || (isQuoted && !isAlone) || /[`]|<</.test(before)
    ? null
    : `${source.slice(0, -1)}:shell}`;
  const excerpt = isQuoted && isAlone ? `"${source}"` : source;
  return { source, excerpt, fix };
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
