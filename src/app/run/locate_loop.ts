/** Owns finding the loop that a name means, and loading it with everything that is wrong in it. */

import { checkDefinitions } from "../../check/mod.ts";
import {
  type DefinitionsResult,
  loadDefinitions,
  resolveLoopName,
} from "../../load/mod.ts";
import {
  BUILTIN_PREFIX,
  type Definitions,
  type Finding,
  LoopError,
  type LoopOrigin,
  nearest,
} from "../../model/mod.ts";
import { listLoops } from "../loops/mod.ts";
import { hasOldBash } from "../needs/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";

/** A loop found and loaded, with what is wrong in it. */
export interface Located {
  readonly file: string;
  readonly origin: LoopOrigin;
  readonly definitions: Definitions | null;
  readonly findings: readonly Finding[];
  readonly texts: Readonly<Record<string, string>>;
  readonly results: DefinitionsResult["results"];
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
  options: { readonly isBuiltinOnly?: boolean } = {},
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
  return loadLocated(world, project, found);
}

/**
 * Returns the loop in a file with all findings about it. Sources that know the file decide what
 * it holds: a definition that was just made up needs no place on the disk.
 */
export function loadLocated(
  world: Pick<World, "sources" | "system">,
  project: Pick<Project, "loopsDir">,
  found: Pick<Located, "file" | "origin">,
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
    findings: [
      ...result.findings,
      ...checkDefinitions(result, {
        conditions: hasOldBash(world) ? ["old-bash"] : [],
      }),
    ],
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
  const { name, tried, isBuiltinOnly } = search;
  const { cwd } = world.system;
  const loops = listLoops(world, project);
  const names = loops.filter((loop) =>
    !isBuiltinOnly || loop.origin === "built-in"
  )
    .map((loop) => loop.name);
  const near = nearest(name, names);
  const what = isBuiltinOnly ? "Built-in loop" : "Loop";
  const looked = tried.map((file) =>
    file.startsWith(BUILTIN_PREFIX)
      ? `${file.slice(BUILTIN_PREFIX.length)} (built-in)`
      : file.startsWith(`${cwd}/`)
      ? file.slice(cwd.length + 1)
      : file
  );
  const lines = [`Looked for ${looked.join(", ")}`];
  const folders = tried.map((file, index) => [file, looked[index]] as const)
    .filter(([file]) =>
      !file.startsWith(BUILTIN_PREFIX) &&
      world.files.stat(file)?.isDirectory === true
    );
  for (const [, shown] of folders) {
    lines.push(`"${shown}" is a folder; a loop is a file`);
  }
  if (near.length > 0) {
    lines.push(`Did you mean ${near.map((each) => `"${each}"`).join(" or ")}?`);
  } else {
    lines.push("`ll-loop list` shows the loops that there are");
  }
  return new LoopError("not-found", `${what} not found: "${name}"`, {
    hint: lines.join("\n"),
  });
}
