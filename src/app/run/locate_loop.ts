/** Owns finding the loop that a name means, and loading it with everything that is wrong in it. */

import { checkDefinitions } from "../../check/mod.ts";
import {
  type DefinitionsResult,
  describeTried,
  loadDefinitions,
  nearFiles,
  resolveLoopName,
  tellWay,
} from "../../load/mod.ts";
import {
  type Definitions,
  displayPath,
  type Finding,
  LoopError,
  type LoopOrigin,
  nearest,
  quoted,
} from "../../model/mod.ts";
import { listLoops } from "../loops/mod.ts";
import { hasOldBash } from "../needs/mod.ts";
import { passedOverLines, type Project } from "../project/mod.ts";
import type { World } from "../world.ts";

/** What stands for standard input where one is read. */
const STDIN = "-";

/** A loop found and loaded, with what is wrong in it. */
export interface Located {
  readonly file: string;
  readonly origin: LoopOrigin;
  readonly definitions: Definitions | null;
  readonly findings: readonly Finding[];
  readonly texts: Readonly<Record<string, string>>;
  readonly results: DefinitionsResult["results"];
}

/** What the findings are for. */
export interface LocateOptions {
  /** Leaves out warnings that say nothing about how the loop runs. @default {false} */
  readonly isForRun?: boolean;
}

/**
 * Returns the loop of that name with all findings about it.
 *
 * @throws {LoopError} `not-found`, saying what was looked for and what comes near
 */
export function locateLoop(
  world: Pick<World, "sources" | "system" | "files">,
  project: Project,
  name: string,
  options: LocateOptions & { readonly isBuiltinOnly?: boolean } = {},
): Located {
  const { sources, system } = world;
  const { found, tried } = resolveLoopName(name, {
    sources,
    loopsDir: project.loopsDir,
    cwd: system.cwd,
    builtinOnly: options.isBuiltinOnly ?? false,
  });
  if (found === null) {
    throw notFound(world, project, { name, tried, ...options });
  }
  return loadLocated(world, project, {
    ...found,
    isForRun: options.isForRun ?? false,
  });
}

/**
 * Returns the loop in a file with all findings about it. Sources that know the file decide what
 * it holds: a definition that was just made up needs no place on the disk.
 */
export function loadLocated(
  world: Pick<World, "sources" | "system">,
  project: Pick<Project, "loopsDir">,
  found: Pick<Located, "file" | "origin"> & LocateOptions,
): Located {
  const result = loadDefinitions(found.file, {
    sources: world.sources,
    origin: found.origin,
    loopsDir: project.loopsDir,
    cwd: world.system.cwd,
  });
  return {
    file: found.file,
    origin: found.origin,
    definitions: result.definitions,
    findings: tellWay([
      ...result.findings,
      ...checkDefinitions(result, {
        conditions: hasOldBash(world) ? ["old-bash"] : [],
        isForRun: found.isForRun ?? false,
      }),
    ], result),
    texts: result.files,
    results: result.results,
  };
}

function notFound(
  world: Pick<World, "sources" | "files" | "system">,
  project: Project,
  search: {
    readonly name: string;
    readonly tried: readonly string[];
    readonly isBuiltinOnly?: boolean;
  },
): LoopError {
  const { name, tried, isBuiltinOnly = false } = search;
  const { sources, system: { cwd } } = world;
  const lines = tried.flatMap((file) => {
    const source = sources.read(file);
    const shown = displayPath(file, cwd).replace(/\/$/, "");
    if (source.kind === "directory") {
      const inside = sources.list(file).find((each) => each.endsWith(".yaml"));
      const such = inside === undefined
        ? ""
        : `, such as ${quoted(`${shown}/${inside}`)}`;
      return [`${quoted(shown)} is a folder; a loop is a file${such}`];
    }
    return source.kind === "dangling"
      ? [
        `${quoted(shown)} is a link to ${
          quoted(source.target)
        }, which is not there`,
      ]
      : [];
  });
  if (lines.length < tried.length) {
    lines.unshift(`Looked for ${describeTried(tried, cwd)}`);
  }
  if (!isBuiltinOnly) lines.push(...passedOverLines(project));
  const names = listLoops(world, project)
    .filter(({ origin }) => !isBuiltinOnly || origin === "built-in")
    .map((loop) => loop.name);
  const files = isBuiltinOnly
    ? []
    : nearFiles(name, { sources, folders: [cwd] });
  const others = new Set([...names, ...files]);
  others.delete(name);
  const isSame = (each: string) => each.toLowerCase() === name.toLowerCase();
  const same = [...others].filter(isSame);
  // Nothing else can have been meant.
  if (same.length > 0) lines.length = 0;
  // Whoever types the name of a file may have meant that of a loop.
  const stem = name.replace(/^.*\/|\.ya?ml$/g, "");
  const near = [
    same,
    nearest(name, others),
    nearest(stem, names.filter((each) => each !== name)),
  ].find((each) => each.length > 0) ?? [];
  lines.push(
    near.length > 0
      ? `Did you mean ${near.map(quoted).join(" or ")}?`
      : "`ll-loop list` shows the loops that there are",
  );
  if (name === STDIN) {
    lines.splice(
      0,
      lines.length,
      "Only `validate` reads a loop from standard input: write it to a file",
    );
  }
  const what = isBuiltinOnly ? "Built-in loop" : "Loop";
  return new LoopError("not-found", `${what} not found: ${quoted(name)}`, {
    hint: lines.join("\n"),
  });
}
