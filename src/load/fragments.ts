/** Owns `import`, `fragments` and `fragment`: partial states laid under states. */

import { BUILTIN_PREFIX, nearest } from "../model/mod.ts";
import type { Sources } from "../ports/mod.ts";
import { describeNode, didYouMean, quote, quoteAll } from "./describe.ts";
import { describeTried } from "./describe_tried.ts";
import { knownFiles } from "./known_files.ts";
import {
  type MapNode,
  mergeMaps,
  type Node,
  originAt,
  scalarText,
  withEntry,
  withoutKeys,
} from "./located.ts";
import type { Reading } from "./reading.ts";
import { folderOf, joinSource } from "./source_paths.ts";

/** Keys that expansion leaves in a state that used a fragment. */
export const FRAGMENT_KEYS = [
  "fragment_bindings",
  "fragment_name",
  "fragment_parameters",
] as const;

/** Where libraries are looked up. */
export interface ImportOptions {
  readonly sources: Sources;
  readonly loopsDir: string | null;
  /** Paths below it are told relative to it. */
  readonly cwd: string;
}

/** What expansion gave. */
export interface Expanded {
  readonly node: MapNode;
  /** States whose fragment could not be had; what they lack is nobody's mistake. */
  readonly broken: readonly string[];
}

/** Returns `node` with every `fragment:` of its states expanded. Problems are reported. */
export function expandFragments(
  node: MapNode,
  reading: Reading,
  options: ImportOptions & {
    /** Whether nobody else may have other fragments for it. @default {true} */
    readonly isWhole?: boolean;
  },
): Expanded {
  const { isWhole = true } = options;
  const known = readLibrary(node, reading, options);
  const library = { ...known, isComplete: isWhole && known.isComplete };
  const states = node.entries.get("states");
  if (states?.kind !== "map") return { node, broken: [] };
  const expanded = new Map<string, Node>();
  const broken: string[] = [];
  for (const [name, state] of states.entries) {
    const result = state.kind === "map"
      ? expandState(name, { state, library, reading })
      : state;
    if (result === null) broken.push(name);
    expanded.set(name, result ?? state);
  }
  return {
    node: withEntry(node, ["states", {
      kind: "map",
      place: states.place,
      entries: expanded,
    }]),
    broken,
  };
}

interface Library {
  readonly fragments: ReadonlyMap<string, Node>;
  /** False when an import is missing: unknown names are then only its consequence. */
  readonly isComplete: boolean;
}

function readLibrary(
  node: MapNode,
  reading: Reading,
  options: ImportOptions,
): Library {
  const fragments = new Map<string, Node>();
  let isComplete = true;
  const imports = node.entries.get("import");
  if (imports?.kind === "list") {
    for (const entry of imports.items) {
      const found = readImport(entry, node, { reading, ...options });
      if (found === null) isComplete = false;
      else if (found.kind === "map") {
        for (const [name, body] of found.entries) fragments.set(name, body);
      }
    }
  } else if (imports !== undefined) {
    isComplete = false;
    const text = scalarText(imports);
    reading.report({
      rule: "bad-import",
      message: `"import" must be a list of files, not ${describeNode(imports)}`,
      ...(text === null ? {} : { hint: `Write it as a list: [${text}]` }),
    }, imports.place);
  }
  const local = node.entries.get("fragments");
  if (local?.kind === "map") {
    for (const [name, body] of local.entries) fragments.set(name, body);
  } else if (local !== undefined) {
    isComplete = false;
    reading.report({
      rule: "bad-value",
      message: `"fragments" must be a mapping of partial states, not ${
        describeNode(local)
      }`,
    }, local.place);
  }
  return { fragments, isComplete };
}

/** Returns the `fragments` of an import, the library itself when it has none; `null` when missing. */
function readImport(
  entry: Node,
  node: MapNode,
  { reading, sources, loopsDir, cwd }: ImportOptions & {
    readonly reading: Reading;
  },
): Node | null {
  const path = scalarText(entry);
  if (path === null || path === "") {
    reading.report({
      rule: "bad-import",
      message: `An entry of "import" must be a file, not ${
        describeNode(entry)
      }`,
    }, entry.place);
    return null;
  }
  // Inherited entries count from the loop that inherits.
  const folders = [folderOf(node.place.file), loopsDir, BUILTIN_PREFIX]
    .filter((folder) => folder !== null);
  const candidates = [
    ...new Set(folders.map((folder) => joinSource(folder, path))),
  ];
  const file = candidates.find((candidate) => reading.exists(candidate));
  if (file === undefined) {
    reading.report({
      rule: "unknown-import",
      message: `Cannot find the fragment library ${quote(path)}: looked for ${
        describeTried(candidates, cwd)
      }`,
      ...didYouMean(nearest(path, knownFiles(path, { sources, folders }))),
    }, entry.place);
    return null;
  }
  const root = reading.tree(file, originAt(entry.place));
  if (root === null) return null;
  const fragments = root.kind === "map" ? root.entries.get("fragments") : root;
  return fragments?.kind === "map" && root.kind === "map"
    ? fragments
    : { kind: "scalar", place: root.place, value: null };
}

function expandState(
  name: string,
  { state, library, reading }: {
    state: MapNode;
    library: Library;
    reading: Reading;
  },
): MapNode | null {
  const use = state.entries.get("fragment");
  if (use === undefined) return state;
  if (use.kind === "scalar" && use.value === null) {
    return withoutKeys(state, "fragment");
  }
  const wanted = scalarText(use);
  const fragment = wanted === null ? undefined : library.fragments.get(wanted);
  if (wanted === null || fragment === undefined) {
    if (wanted === null) {
      reading.report({
        rule: "unknown-fragment",
        message: `"fragment" must be the name of a fragment, not ${
          describeNode(use)
        }`,
      }, use.place);
    } else if (library.isComplete) {
      reading.report({
        rule: "unknown-fragment",
        message: `State ${quote(name)} uses the unknown fragment ${
          quote(wanted)
        }`,
        hint: hintFragments(wanted, library),
      }, use.place);
    }
    return null;
  }
  if (fragment.kind !== "map") {
    reading.report({
      rule: "bad-fragment",
      message: `Fragment ${quote(wanted)} must be a mapping, not ${
        describeNode(fragment)
      }`,
    }, fragment.place);
    return null;
  }
  const parameters = fragment.entries.get("parameters");
  const base = withoutKeys(fragment, "description", "parameters", "fragment");
  const merged = mergeMaps(base, state);
  const bindings = merged.entries.get("with");
  let result = withoutKeys(merged, "fragment", "with");
  result = withEntry(result, ["fragment_name", use]);
  if (bindings !== undefined) {
    result = withEntry(result, ["fragment_bindings", bindings]);
  }
  return parameters === undefined
    ? result
    : withEntry(result, ["fragment_parameters", parameters]);
}

function hintFragments(wanted: string, { fragments }: Library): string {
  const names = [...fragments.keys()].sort();
  if (names.length === 0) {
    return 'The loop has no fragments: add "import" or "fragments"';
  }
  const [near] = nearest(wanted, names, 1);
  const all = `Known fragments: ${quoteAll(names)}`;
  return near === undefined ? all : `Did you mean ${quote(near)}? ${all}`;
}
