/** Owns "did you mean". */

/**
 * Returns the candidates closest to `name`, best first: at most `max`, and only those
 * within a third of the longer one's length in edits (a swap of neighbours is one).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(nearest("on_sucess", ["on_no", "on_success", "next"]), ["on_success"]);
 * assertEquals(nearest("zebra", ["run", "list"]), []);
 * ```
 */
export function nearest(
  name: string,
  candidates: Iterable<string>,
  max = 3,
): string[] {
  const scored: { candidate: string; edits: number }[] = [];
  for (const candidate of candidates) {
    const length = Math.max(name.length, candidate.length);
    const edits = name.length >= 3 && candidate.startsWith(name)
      ? 0.5
      : editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= Math.max(1, Math.floor(length / 3)) && edits < length) {
      scored.push({ candidate, edits });
    }
  }
  scored.sort((a, b) =>
    a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1)
  );
  return scored.slice(0, max).map((entry) => entry.candidate);
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
