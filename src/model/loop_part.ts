/** Owns files that are no loops, but parts that loops take in. */

/** What a file holds instead of a loop. */
export type LoopPart =
  /** Parts of states, by name: taken in with `import` and `fragment`. */
  | { readonly kind: "fragment-library"; readonly fragments: readonly string[] }
  /** What several loops share, with no state to begin with: taken in with `from`. */
  | { readonly kind: "loop-template" };

/** Rules that say so of a file: an error only for who would run it. */
export const PART_RULES: ReadonlySet<string> = new Set<LoopPart["kind"]>([
  "fragment-library",
  "loop-template",
]);
