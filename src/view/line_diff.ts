/** Owns the difference of two texts, line by line, as `diff -u` prints it. */

/** What is around a change. */
const CONTEXT_LINES = 3;

/** One line of a difference. */
interface DiffLine {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/**
 * Returns the difference in unified form, which `patch -p0` takes; empty where the texts are
 * the same.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   unifiedDiff("a\nb\n", "a\nc\n", { path: "x" }),
 *   "--- x\n+++ x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n",
 * );
 * ```
 */
export function unifiedDiff(
  before: string,
  after: string,
  { path }: { readonly path: string },
): string {
  if (before === after) return "";
  const lines = diffLines(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines).map(({ from, to, old, fresh }) => {
    const part = lines.slice(from, to);
    const oldCount = part.filter(({ sign }) => sign !== "+").length;
    const newCount = part.filter(({ sign }) => sign !== "-").length;
    const head = `@@ -${old + (oldCount > 0 ? 1 : 0)},${oldCount} +${
      fresh + (newCount > 0 ? 1 : 0)
    },${newCount} @@\n`;
    return head +
      part.map(({ sign, text }) =>
        text.endsWith("\n")
          ? sign + text
          : `${sign}${text}\n\\ No newline at end of file\n`
      ).join("");
  });
  return `--- ${path}\n+++ ${path}\n${hunks.join("")}`;
}

/** Lines with their ends. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

interface Hunk {
  readonly from: number;
  readonly to: number;
  /** Lines of each text before it. */
  readonly old: number;
  readonly fresh: number;
}

function hunksOf(lines: readonly DiffLine[]): Hunk[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [index, { sign }] of lines.entries()) {
    if (sign === " ") continue;
    const from = Math.max(0, index - CONTEXT_LINES);
    const to = Math.min(lines.length, index + 1 + CONTEXT_LINES);
    const last = hunks.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  const count = (end: number, without: DiffLine["sign"]) =>
    lines.slice(0, end).filter(({ sign }) => sign !== without).length;
  return hunks.map(({ from, to }) => ({
    from,
    to,
    old: count(from, "+"),
    fresh: count(from, "-"),
  }));
}

/** A shortest way from one list to the other (Myers), between what both begin and end with. */
function diffLines(
  before: readonly string[],
  after: readonly string[],
): DiffLine[] {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head && tail < after.length - head &&
    before.at(-1 - tail) === after.at(-1 - tail)
  ) tail++;
  const same = (text: string): DiffLine => ({ sign: " ", text });
  return [
    ...before.slice(0, head).map(same),
    ...myers(
      before.slice(head, before.length - tail),
      after.slice(head, after.length - tail),
    ),
    ...before.slice(before.length - tail).map(same),
  ];
}

function myers(a: readonly string[], b: readonly string[]): DiffLine[] {
  const max = a.length + b.length;
  const furthest = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let distance = 0; distance <= max; distance++) {
    trace.push(new Map(furthest));
    for (let k = -distance; k <= distance; k += 2) {
      let x = comesDown(furthest, k, distance)
        ? furthest.get(k + 1) ?? 0
        : (furthest.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return backtrack(trace, a, b);
    }
  }
  return [];
}

function comesDown(
  furthest: ReadonlyMap<number, number>,
  k: number,
  distance: number,
): boolean {
  return k === -distance || (k !== distance &&
    (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
}

function backtrack(
  trace: readonly ReadonlyMap<number, number>[],
  a: readonly string[],
  b: readonly string[],
): DiffLine[] {
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let distance = trace.length - 1; distance >= 0; distance--) {
    const furthest = trace[distance] ?? new Map<number, number>();
    const k = x - y;
    const fromK = comesDown(furthest, k, distance) ? k + 1 : k - 1;
    const fromX = distance === 0 ? 0 : furthest.get(fromK) ?? 0;
    const fromY = distance === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      lines.push({ sign: " ", text: a[x] ?? "" });
    }
    if (distance === 0) break;
    if (x > fromX) lines.push({ sign: "-", text: a[--x] ?? "" });
    else lines.push({ sign: "+", text: b[--y] ?? "" });
  }
  return lines.reverse();
}
