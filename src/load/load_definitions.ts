/** Owns loading a loop with every loop that it names in plain words, and theirs. */

import {
  type Definitions,
  type Finding,
  hasErrors,
  type Loop,
  nearest,
  type Origin,
} from "../model/mod.ts";
import { didYouMean, quote } from "./describe.ts";
import { describeTried } from "./describe_tried.ts";
import { knownLoops } from "./known_files.ts";
import { loadLoop, type LoadOptions, type LoadResult } from "./load_loop.ts";
import { resolveLoopName } from "./resolve_name.ts";
import { folderOf, foldersAround } from "./source_paths.ts";

/** A loop and its static children, loaded. */
export interface DefinitionsResult {
  /** `null` when any finding is an error. */
  readonly definitions: Definitions | null;
  /** Of every loop; of the children errors only. */
  readonly findings: readonly Finding[];
  readonly files: { readonly [file: string]: string };
  /** For each file but the root, where it was asked for first: `from`, an entry of `import`, `loop`. */
  readonly askedAt: { readonly [file: string]: Origin };
  /** What loading gave, by file; the root first. */
  readonly results: ReadonlyMap<string, LoadResult>;
  /** Static `loop:` names to files, by parent. */
  readonly names: Definitions["names"];
  readonly root: string;
}

/** Loads the loop in `file` and, recursively, every child with a static name. Never throws. */
export function loadDefinitions(
  file: string,
  options: LoadOptions,
): DefinitionsResult {
  const results = new Map<string, LoadResult>();
  const names: Record<string, Record<string, string>> = {};
  const findings: Finding[] = [];
  const files: Record<string, string> = {};
  const askedAt: Record<string, Origin> = {};
  const queue = [{ file, origin: options.origin }];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
    if (results.has(item.file)) continue;
    const result = loadLoop(item.file, { ...options, origin: item.origin });
    results.set(item.file, result);
    Object.assign(files, result.files);
    for (const [path, at] of Object.entries(result.askedAt)) {
      if (path !== file) askedAt[path] ??= at;
    }
    const isChild = item.file !== file;
    findings.push(
      ...result.findings.filter((finding) =>
        !isChild || finding.severity === "error"
      ),
    );
    if (result.draft === null) continue;
    const children = resolveChildren(result, result.draft, options);
    names[item.file] = children.names;
    findings.push(...children.findings);
    for (const { file: child, at } of children.found) {
      if (child !== file) askedAt[child] ??= at;
    }
    queue.push(...children.found);
  }
  return {
    definitions: hasErrors(findings) ? null : collect(file, results, names),
    findings,
    files,
    askedAt,
    results,
    names,
    root: file,
  };
}

/** Returns whether a `loop:` value is known before the run. */
export function isStaticLoopName(name: string): boolean {
  return !name.includes("${");
}

function resolveChildren(
  result: LoadResult,
  loop: Loop,
  options: LoadOptions,
): {
  names: Record<string, string>;
  found: { file: string; origin: LoadResult["origin"]; at: Origin }[];
  findings: Finding[];
} {
  const names: Record<string, string> = {};
  const found: ReturnType<typeof resolveChildren>["found"] = [];
  const findings: Finding[] = [];
  const beside = folderOf(result.file);
  for (const state of Object.values(loop.states)) {
    const name = state.loop;
    if (
      name === null || !isStaticLoopName(name) || Object.hasOwn(names, name)
    ) continue;
    const resolution = resolveLoopName(name, { ...options, beside });
    if (resolution.found === null) {
      findings.push({
        rule: "unknown-loop",
        severity: "error",
        message: `State ${quote(state.name)} runs the loop ${
          quote(name)
        }, which cannot be found: looked for ${
          describeTried(resolution.tried, options.cwd)
        }`,
        at: result.originOf(["states", state.name, "loop"]),
        ...didYouMean(nearest(
          name,
          knownLoops(name, {
            sources: options.sources,
            folders: [
              options.loopsDir,
              ...foldersAround(beside, options.loopsDir),
            ],
          }),
        )),
      });
    } else {
      names[name] = resolution.found.file;
      found.push({
        ...resolution.found,
        at: result.originOf(["states", state.name, "loop"]),
      });
    }
  }
  return { names, found, findings };
}

function collect(
  root: string,
  results: ReadonlyMap<string, LoadResult>,
  names: Definitions["names"],
): Definitions {
  const loops: Record<string, Loop> = {};
  for (const [file, { loop }] of results) {
    if (loop !== null) loops[file] = loop;
  }
  return { root, loops, names };
}
