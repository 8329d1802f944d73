/**
 * Owns loading one loop: its file, its parents and libraries, expanded, checked for shape
 * and turned into the model. Whatever is wrong comes back as findings; nothing is thrown.
 */

import {
  type DocumentPath,
  type Finding,
  hasErrors,
  isJsonObject,
  type JsonObject,
  type Loop,
  type LoopOrigin,
  type LoopPart,
  type Origin,
} from "../model/mod.ts";
import type { Sources } from "../ports/mod.ts";
import { buildLoop } from "./build_loop.ts";
import { describeNode } from "./describe.ts";
import { fillIn } from "./fill_in.ts";
import { expandFlow } from "./flow.ts";
import { expandFragments } from "./fragments.ts";
import { inherit } from "./inherit.ts";
import { type MapNode, nearestNode, originAt, toValue } from "./located.ts";
import { isLibrary, readLibraryFile } from "./library.ts";
import { Reading } from "./reading.ts";
import { findShapeProblems, type ShapeProblem } from "./shape.ts";

/** How to load. */
export interface LoadOptions {
  readonly sources: Sources;
  readonly origin: LoopOrigin;
  /** The project's folder of loops; `null` without a project. */
  readonly loopsDir: string | null;
  /** Relative paths start here. */
  readonly cwd: string;
}

/** A file that was loaded. */
export interface LoadResult {
  readonly file: string;
  readonly origin: LoopOrigin;
  /** `null` when any finding is an error. */
  readonly loop: Loop | null;
  /** The loop as far as it could be understood, for checks that go on after an error. */
  readonly draft: Loop | null;
  /** The document with parents, flow and fragments merged; `null` when there is none. */
  readonly document: JsonObject | null;
  /** Paths of the merged document whose values are of no use; findings around them are only consequences. */
  readonly broken: readonly DocumentPath[];
  /** Those of them whose values are of the wrong type: the rest is what a file lacks that cannot be had. */
  readonly unusable: readonly DocumentPath[];
  /** Whether its parents could be had; without one only single values can be judged. */
  readonly isWhole: boolean;
  /** Paths of the merged document that no file has: names, first states and ends that go without saying. */
  readonly implied: readonly DocumentPath[];
  readonly findings: readonly Finding[];
  /** What the file holds, where that is no loop but a part of others. */
  readonly part?: LoopPart;
  /** Text of every file that was read. */
  readonly files: { readonly [file: string]: string };
  /** For each of them but the first, where it was asked for: `from`, an entry of `import`. */
  readonly askedAt: { readonly [file: string]: Origin };
  /** Returns where a path of the merged document was written; what is not there, where its nearest ancestor was. */
  originOf(path: DocumentPath): Origin;
}

/** Loads the loop in `file`: an absolute path or `builtin:NAME.yaml`. Never throws. */
export function loadLoop(file: string, options: LoadOptions): LoadResult {
  const reading = new Reading(options.sources);
  const root = reading.tree(file, { file, path: [] });
  if (root?.kind === "map" && isLibrary(root)) {
    const fragments = readLibraryFile(root, reading, options);
    const part = { kind: "fragment-library", fragments } as const;
    return { ...failedResult(file, reading, options), part };
  }
  const expanded = expand(file, reading, options);
  if (expanded === null) return failedResult(file, reading, options);
  const { node, broken, lacking, implied, isTemplate, isWhole } = expanded;
  const document = toValue(node);
  if (!isJsonObject(document)) return failedResult(file, reading, options);
  const originOf = (path: DocumentPath): Origin => locate(node, path);
  // As written: `run` where it stands for `action`.
  const writtenKey = (path: DocumentPath) => originOf(path).path.at(-1);
  // What is not there may be in a file that cannot be had.
  const isGivenElsewhere = ({ rule, path }: ShapeProblem) =>
    rule === "missing-key" && (!isWhole ||
      (path[0] === "states" && lacking.includes(String(path[1]))));
  for (const problem of findShapeProblems(document, writtenKey)) {
    const { path, ...rest } = problem;
    broken.push(path);
    if (!isGivenElsewhere(problem)) reading.report(rest, originOf(path));
  }
  const draft = buildLoop({
    file,
    document,
    originOf,
    isExecutable: (path) => options.sources.isExecutable(path),
    report: (problem, path) => {
      // The rest of what is read of a state may stand in the parent.
      if (isWhole || path[0] !== "states") {
        reading.report(problem, originOf(path));
      }
    },
  });
  return {
    file,
    origin: options.origin,
    loop: hasErrors(reading.findings) ? null : draft,
    draft,
    document,
    broken: [...broken, ...lacking.map((name) => ["states", name])],
    unusable: broken,
    isWhole,
    implied,
    ...(isTemplate ? { part: { kind: "loop-template" } } : {}),
    findings: reading.findings,
    files: reading.files,
    askedAt: reading.askedAt,
    originOf,
  };
}

function expand(
  file: string,
  reading: Reading,
  options: LoadOptions,
): {
  node: MapNode;
  broken: DocumentPath[];
  /** States whose fragment cannot be had. */
  lacking: readonly string[];
  implied: readonly DocumentPath[];
  isTemplate: boolean;
  isWhole: boolean;
} | null {
  const root = reading.tree(file, { file, path: [] });
  if (root === null) return null;
  if (root.kind !== "map") {
    const isEmpty = root.kind === "scalar" && root.value === null;
    reading.report({
      rule: isEmpty ? "empty-file" : "not-a-mapping",
      message: isEmpty
        ? "The file is empty: expected a loop"
        : `A loop must be a mapping, not ${describeNode(root)}`,
      hint: NEEDS_STATES,
    }, root.place);
    return null;
  }
  const { node: inherited, isWhole } = inherit(root, reading, options);
  const flat = expandFlow(inherited, reading);
  if (flat === null) return null;
  const broken: DocumentPath[] = [];
  if (!flat.entries.has("states")) {
    broken.push(["states"]);
    if (isWhole) {
      reading.report({
        rule: "missing-key",
        message: 'The loop has no "states" (or "flow")',
        hint: NEEDS_STATES,
      }, flat.place);
    }
  }
  const { node, broken: lacking } = expandFragments(flat, reading, {
    ...options,
    isWhole,
  });
  const filled = fillIn(node, reading, { isWhole });
  return {
    node: filled.node,
    broken: [...broken, ...filled.broken],
    lacking,
    implied: filled.implied,
    isTemplate: filled.isTemplate,
    isWhole,
  };
}

const NEEDS_STATES =
  "For example: states: { check: { run: npm test, on_yes: done, on_error: failed } }";

function failedResult(
  file: string,
  reading: Reading,
  options: LoadOptions,
): LoadResult {
  return {
    file,
    origin: options.origin,
    loop: null,
    draft: null,
    document: null,
    broken: [[]],
    unusable: [[]],
    isWhole: true,
    implied: [],
    findings: reading.findings,
    files: reading.files,
    askedAt: reading.askedAt,
    originOf: () => ({ file, path: [] }),
  };
}

/** Names under which a key may have been written instead. */
const WRITTEN_AS: ReadonlyMap<string, string> = new Map([
  ["on_yes", "on_success"],
  ["on_no", "on_failure"],
  ["with", "fragment_bindings"],
]);

function locate(root: MapNode, path: DocumentPath): Origin {
  const { node, isExact } = nearestNode(root, path);
  const key = path[2];
  const other = path[0] === "states" ? WRITTEN_AS.get(String(key)) : undefined;
  const isEmpty = isExact && node.kind === "scalar" &&
    (node.value === null || node.value === "");
  if (other !== undefined && (!isExact || isEmpty)) {
    const alias = nearestNode(root, [path[0] ?? "", path[1] ?? "", other]);
    if (alias.isExact) {
      return originAt(
        nearestNode(root, [
          ...path.slice(0, 2),
          other,
          ...path.slice(3),
        ]).node.place,
      );
    }
  }
  return originAt(node.place);
}
