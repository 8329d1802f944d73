/** Owns telling whether a pattern may be searched for line by line. */

import {
  ANCHOR_SOURCES,
  parsePattern,
  type PatternNode,
  unreachable,
} from "../../model/mod.ts";

const ANCHORS: ReadonlySet<string> = new Set(Object.values(ANCHOR_SOURCES));

/**
 * Returns whether neither a match of `pattern` nor what it looks at around it can reach over a
 * line break; the anchors aside, which the search itself has to keep true.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(staysInLine(/error: \w+/u), true);
 * assertEquals(staysInLine(/begin\s+end/u), false);
 * ```
 */
export function staysInLine(pattern: RegExp): boolean {
  const node = parsePattern(pattern);
  return node !== null && isInLine(node, pattern.flags);
}

function isInLine(node: PatternNode, flags: string): boolean {
  switch (node.kind) {
    case "character":
      return !new RegExp(node.source, flags).test("\n");
    case "boundary":
    case "reference":
      return true;
    case "look":
      return ANCHORS.has(node.source) || isInLine(node.part, flags);
    case "repeat":
      return isInLine(node.part, flags);
    case "sequence":
    case "choice":
      return node.parts.every((part) => isInLine(part, flags));
    default:
      return unreachable(node);
  }
}
