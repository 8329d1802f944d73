/**
 * Owns how long a search may take at worst. The runtime tries one way to match after the
 * other and nothing can end that from within, so it is asked before.
 */

import {
  ANCHOR_SOURCES,
  parsePattern,
  type PatternNode,
  unreachable,
} from "../model/mod.ts";

/** An upper bound of what a part of a pattern does from one place of the text. */
interface Cost {
  /** In how many ways it can match: what follows it is tried as often. */
  readonly ways: number;
  /** Characters that are looked at to try them all. */
  readonly steps: number;
}

/** Returns how often something can repeat itself in the text. */
type Reach = (part: PatternNode) => number;

/** Groups in which upper and lower case may be the same. */
const CASE_GROUP_REGEXP = /\(\?-?i:/;
/** Each takes a walk through the text; no pattern that somebody wrote has as many. */
const MEASURED_RUNS_MAX = 16;

/**
 * Returns how many characters a search for `pattern` (as `compilePattern` gives it) in `text`
 * looks at, at most. `Infinity` where it may grow exponentially.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(searchSteps(/failed/u, "12 passed, 1 failed"), 19 + 1 * 6);
 * assertEquals(searchSteps(/\d+ failed/u, "12 passed"), 9 + 10 * (2 + 2 * 7));
 * assertEquals(searchSteps(/(a+)+b/u, "aaaa"), Infinity);
 * ```
 */
export function searchSteps(pattern: RegExp, text: string): number {
  const node = parsePattern(pattern);
  if (node === null) return Infinity;
  const starts = startsOf(node, pattern, text);
  if (starts === 0) return text.length;
  const { steps } = costOf(node, reachIn(text, pattern));
  return text.length + starts * steps;
}

function costOf(node: PatternNode, reach: Reach): Cost {
  switch (node.kind) {
    case "character":
    case "boundary":
      return { ways: 1, steps: 1 };
    case "reference":
      return { ways: 1, steps: reach(node) };
    case "look":
      // What it found is never tried again in another way.
      return { ways: 1, steps: costOf(node.part, reach).steps };
    case "sequence": {
      let ways = 1;
      let steps = 0;
      for (const part of node.parts) {
        const cost = costOf(part, reach);
        steps += ways * cost.steps;
        ways *= cost.ways;
      }
      return { ways, steps: Math.max(1, steps) };
    }
    case "choice": {
      const costs = node.parts.map((part) => costOf(part, reach));
      return {
        ways: costs.reduce((sum, { ways }) => sum + ways, 0),
        steps: costs.reduce((sum, { steps }) => sum + steps, 0),
      };
    }
    case "repeat": {
      const { ways, steps } = costOf(node.part, reach);
      const times = Math.min(node.max, reach(node.part));
      if (ways === 1) {
        return {
          ways: Math.max(1, times - node.min + 1),
          steps: Math.max(1, times * steps),
        };
      }
      const all = node.max === Infinity
        ? Infinity
        : ways ** node.max * node.max;
      return { ways: Math.max(1, all), steps: Math.max(1, all * steps) };
    }
    default:
      return unreachable(node);
  }
}

/** A single character repeats itself as far as the longest run of such goes, all else anywhere. */
function reachIn(text: string, pattern: RegExp): Reach {
  const known = new Map<string, number>();
  return (part) => {
    if (part.kind !== "character" || CASE_GROUP_REGEXP.test(pattern.source)) {
      return text.length;
    }
    const before = known.get(part.source);
    if (before !== undefined) return before;
    if (known.size >= MEASURED_RUNS_MAX) return text.length;
    const run = longestRun(
      new RegExp(`${part.source}+`, `g${pattern.flags}`),
      text,
    );
    known.set(part.source, run);
    return run;
  };
}

function longestRun(runs: RegExp, text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(runs)) {
    longest = Math.max(longest, run.length);
  }
  return longest;
}

/** Returns from how many places of the text more than the pattern's first words are looked at. */
function startsOf(node: PatternNode, pattern: RegExp, text: string): number {
  if (node.kind !== "sequence") return text.length + 1;
  const [first] = node.parts;
  if (first?.kind === "look" && first.source === ANCHOR_SOURCES.textStart) {
    return 1;
  }
  const isExact = !pattern.ignoreCase &&
    !CASE_GROUP_REGEXP.test(pattern.source);
  const prefix = isExact ? literalStart(node.parts) : "";
  if (prefix === "") return text.length + 1;
  let count = 0;
  for (
    let at = text.indexOf(prefix);
    at >= 0;
    at = text.indexOf(prefix, at + 1)
  ) count++;
  return count;
}

function literalStart(parts: readonly PatternNode[]): string {
  let prefix = "";
  for (const part of parts) {
    if (part.kind !== "character" || !/^\\?[^\\[]$/u.test(part.source)) break;
    if (/^\\[A-Za-z0-9]/.test(part.source)) break;
    prefix += part.source.replace("\\", "");
  }
  return prefix;
}
