/** Owns finding what can be gone round in: the strongly connected parts of a graph. */

/**
 * Returns the number of the part that each node belongs to. Parts are numbered so that what
 * leads out of one leads to a smaller number. After Tarjan, without recursion.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(strongComponents([[1], [2], [1, 3], []]), [2, 1, 1, 0]);
 * ```
 */
export function strongComponents(
  edges: readonly (readonly number[])[],
): readonly number[] {
  const part: number[] = new Array(edges.length).fill(-1);
  const order: number[] = new Array(edges.length).fill(-1);
  const low: number[] = new Array(edges.length).fill(-1);
  const open: number[] = [];
  let count = 0;
  let parts = 0;
  for (let start = 0; start < edges.length; start++) {
    if (order[start] !== -1) continue;
    const stack = [{ at: start, edge: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { at } = top;
      if (top.edge === 0) {
        order[at] = low[at] = count++;
        open.push(at);
      }
      const next = (edges[at] ?? [])[top.edge++];
      if (next !== undefined) {
        if (order[next] === -1) stack.push({ at: next, edge: 0 });
        else if (part[next] === -1) {
          low[at] = Math.min(low[at] ?? 0, order[next] ?? 0);
        }
        continue;
      }
      stack.pop();
      const above = stack.at(-1);
      if (above !== undefined) {
        low[above.at] = Math.min(low[above.at] ?? 0, low[at] ?? 0);
      }
      if (low[at] !== order[at]) continue;
      for (let node = open.pop(); node !== undefined; node = open.pop()) {
        part[node] = parts;
        if (node === at) break;
      }
      parts++;
    }
  }
  return part;
}
