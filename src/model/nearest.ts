/** Owns "did you mean". */

/** Longer names are not mistyped. */
const LENGTH_MAX = 100;

/**
 * Returns the candidates closest to `name`, best first: at most `max`, and only those
 * within a third of the longer one's length in edits (a swap of neighbours is one).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(nearest("on_sucess", ["on_no", "on_success", "next"]), ["on_success"]);
 * assertEquals(nearest("state", ["state_defs", "states"], 1), ["states"]);
 * assertEquals(nearest("zebra", ["run", "list"]), []);
 * ```
 */
export function nearest(
  name: string,
  candidates: Iterable<string>,
  max = 3,
): string[] {
  return ranked(name, candidates, max).map(({ candidate }) => candidate);
}

/** The candidates near a name. */
export interface Nearest {
  /** Best first, at most as many as were asked for. */
  readonly names: readonly string[];
  /** The one that is closer than every other; `null` where none comes near, or several are as close. */
  readonly only: string | null;
}

/**
 * Returns what {@linkcode nearest} does, and whether one of them alone can have been meant.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(nearestOf("dnoe", ["done", "failed"]).only, "done");
 * assertEquals(nearestOf("fix-c", ["fix-a", "fix-b"]).only, null);
 * ```
 */
export function nearestOf(
  name: string,
  candidates: Iterable<string>,
  max = 3,
): Nearest {
  const all = ranked(name, candidates, Math.max(2, max));
  const [best, next] = all;
  return {
    names: all.slice(0, max).map(({ candidate }) => candidate),
    only: best === undefined || best.edits === next?.edits
      ? null
      : best.candidate,
  };
}

interface Ranked {
  readonly candidate: string;
  readonly edits: number;
}

function ranked(
  name: string,
  candidates: Iterable<string>,
  max: number,
): Ranked[] {
  const best: Ranked[] = [];
  const lower = name.toLowerCase();
  for (const candidate of candidates) {
    const limit = best.length < max ? Infinity : best.at(-1)?.edits ?? 0;
    const edits = editsBetween({ name, lower }, candidate, limit);
    if (edits === null) continue;
    best.push({ candidate, edits });
    best.sort((a, b) =>
      a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1)
    );
    if (best.length > max) best.pop();
  }
  return best;
}

/** Returns how far apart two names are; `null` where they are not near or farther than `limit`. */
function editsBetween(
  { name, lower }: { readonly name: string; readonly lower: string },
  candidate: string,
  limit: number,
): number | null {
  if (name.length >= 3 && candidate.startsWith(name)) {
    // Of those that go on, the one that needs least is meant.
    return 0.5 + Math.min(candidate.length - name.length, LENGTH_MAX) / 1000;
  }
  const length = Math.max(name.length, candidate.length);
  const most = Math.min(
    Math.max(1, Math.floor(length / 3)),
    length - 1,
    limit,
  );
  if (
    length > LENGTH_MAX || Math.abs(name.length - candidate.length) > most
  ) return null;
  const edits = editDistance(lower, candidate.toLowerCase(), most);
  return edits <= most ? edits : null;
}

// One set of rows for all: there may be millions of pairs. In small letters a name may be longer.
let beforeLast = new Uint16Array(3 * LENGTH_MAX + 1);
let last = new Uint16Array(3 * LENGTH_MAX + 1);
let row = new Uint16Array(3 * LENGTH_MAX + 1);

/** Returns the edits from `a` to `b`, or some number above `most` when they are more. */
function editDistance(a: string, b: string, most: number): number {
  // What both begin or end with takes no edit.
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const lengthA = endA - start;
  const lengthB = endB - start;
  // Of one edit nothing more is left than two characters that change places.
  if (most < 2 && Math.max(lengthA, lengthB) > 2) return most + 1;
  for (let j = 0; j <= lengthB; j++) last[j] = j;
  for (let i = 1; i <= lengthA; i++) {
    row[0] = i;
    let least = i;
    const letter = a.charCodeAt(start + i - 1);
    for (let j = 1; j <= lengthB; j++) {
      const other = b.charCodeAt(start + j - 1);
      let edits = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (letter === other ? 0 : 1),
      );
      const isSwap = i > 1 && j > 1 &&
        letter === b.charCodeAt(start + j - 2) &&
        a.charCodeAt(start + i - 2) === other;
      if (isSwap) edits = Math.min(edits, at(beforeLast, j - 2) + 1);
      row[j] = edits;
      if (edits < least) least = edits;
    }
    // A swap reaches back over one row, and adds one edit.
    if (least > most + 1) return least;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return at(last, lengthB);
}

function at(edits: Uint16Array, index: number): number {
  return edits[index] ?? 0;
}
