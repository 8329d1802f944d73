/** Owns fragment libraries: files with parts for the states of other loops. They run nowhere by themselves. */

import { BUILTIN_PREFIX, type DocumentPath } from "../model/mod.ts";
import { expandFragments, type ImportOptions } from "./fragments.ts";
import {
  type MapNode,
  nearestNode,
  type Node,
  originAt,
  toValue,
  withEntry,
  withoutKeys,
} from "./located.ts";
import type { Reading } from "./reading.ts";
import { findShapeProblems } from "./shape.ts";

/** Keys that make a file a loop, or part of one. */
const LOOP_KEYS = ["initial", "states", "flow", "from"];

/** Returns whether a file holds fragments and no loop. */
export function isLibrary(root: MapNode): boolean {
  return root.entries.has("fragments") &&
    !LOOP_KEYS.some((key) => root.entries.has(key));
}

/**
 * Reports that a library is no loop, and what is wrong in its fragments, each taken for a
 * state that is nothing but it. Returns the names of the fragments.
 */
export function readLibraryFile(
  root: MapNode,
  reading: Reading,
  options: ImportOptions,
): readonly string[] {
  const fragments = root.entries.get("fragments");
  if (fragments === undefined) return [];
  reading.report({
    rule: "fragment-library",
    message: "The file is a fragment library: it holds parts for the states " +
      "of other loops, and no loop",
    hint: `A loop takes them in with "import: [${
      importPath(root.place.file, options)
    }]", and a state with "fragment: NAME"`,
    onKey: true,
  }, fragments.place);
  const names = fragments.kind === "map" ? [...fragments.entries.keys()] : [];
  // What else a library imports is ignored, as in the reference.
  const alone = withoutKeys(root, "import");
  const { node } = expandFragments(
    withEntry(alone, ["states", statesOf(fragments)]),
    reading,
    options,
  );
  const document = { states: toValue(node.entries.get("states") ?? fragments) };
  const originOf = (path: DocumentPath) =>
    originAt(nearestNode(node, path).node.place);
  const writtenKey = (path: DocumentPath) => originOf(path).path.at(-1);
  for (const { path, ...problem } of findShapeProblems(document, writtenKey)) {
    // Of the loop around the states nothing is there.
    if (path[0] !== "states" || path.length < 2) continue;
    reading.report(problem, originOf(path));
  }
  return names;
}

function statesOf(fragments: Node): MapNode {
  const entries = new Map<string, Node>();
  if (fragments.kind === "map") {
    for (const [name, { place }] of fragments.entries) {
      const use: Node = { kind: "scalar", place, value: name };
      entries.set(name, {
        kind: "map",
        place,
        entries: new Map([["fragment", use]]),
      });
    }
  }
  return { kind: "map", place: fragments.place, entries };
}

/** Returns how an import names a file: below the loops folder, embedded, or beside the loop. */
function importPath(
  file: string,
  { loopsDir }: Pick<ImportOptions, "loopsDir">,
): string {
  for (
    const start of [BUILTIN_PREFIX, loopsDir === null ? "" : `${loopsDir}/`]
  ) {
    if (start !== "" && file.startsWith(start)) return file.slice(start.length);
  }
  return file.slice(file.lastIndexOf("/") + 1);
}
