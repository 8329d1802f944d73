/** Owns what a scope covers: folders and files that one run has for itself. */

/**
 * Returns the absolute paths that the entries of a `scope` mean: relative to `root`,
 * links resolved by `realPath`, each once, sorted. No entry is the whole of `root`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normalize } from "@std/path";
 * assertEquals(resolveScope("/p", ["src/", "./src", "/etc"], normalize), ["/etc", "/p/src"]);
 * assertEquals(resolveScope("/p", [], normalize), ["/p"]);
 * ```
 */
export function resolveScope(
  root: string,
  entries: readonly string[],
  realPath: (path: string) => string,
): readonly string[] {
  const paths = (entries.length === 0 ? ["."] : entries).map((entry) => {
    // Not joined: "link/.." is the parent of where the link leads.
    const path = realPath(entry.startsWith("/") ? entry : `${root}/${entry}`);
    return path.length > 1 ? path.replace(/\/+$/, "") : path;
  });
  return [...new Set(paths)].sort();
}

/**
 * Returns the first pair of paths, one of each scope, of which one holds the other or
 * both are the same; `null` when the scopes have nothing in common. Compares whole
 * components: `/p/src` does not hold `/p/src2`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(findOverlap(["/p/src"], ["/p/src/a"]), ["/p/src", "/p/src/a"]);
 * assertEquals(findOverlap(["/p/src"], ["/p/src2"]), null);
 * ```
 */
export function findOverlap(
  scope: readonly string[],
  other: readonly string[],
): readonly [string, string] | null {
  for (const path of scope) {
    for (const otherPath of other) {
      if (contains(path, otherPath) || contains(otherPath, path)) {
        return [path, otherPath];
      }
    }
  }
  return null;
}

function contains(folder: string, path: string): boolean {
  return path === folder ||
    path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
