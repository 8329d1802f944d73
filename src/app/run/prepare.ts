/** Owns everything that can be known about a run before it starts. Nothing is run or written. */

import {
  checkDefinitions,
  findMissing,
  type Missing,
  unsupported,
  type UnsupportedState,
} from "../../check/mod.ts";
import {
  type DefinitionsResult,
  loadDefinitions,
  resolveLoopName,
} from "../../load/mod.ts";

import {
  BUILTIN_PREFIX,
  type Definitions,
  type Finding,
  hasErrors,
  joinCommand,
  type Loop,
  LoopError,
  type LoopOrigin,
  nearest,
} from "../../model/mod.ts";
import { listLoops } from "../loops/mod.ts";
import type { Project } from "../project/mod.ts";
import { resolveScope } from "../scope/mod.ts";
import { Vault } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import {
  contextOf,
  type ContextValue,
  effectiveContext,
} from "./effective_context.ts";
import { environmentOf } from "./environment_of.ts";
import { applyOverrides } from "./overrides.ts";
import type { RunRequest } from "./request.ts";
import { resolveScopeEntry } from "./scope_entries.ts";

/** A run that could start, or the reasons why it cannot. */
export interface Prepared {
  readonly project: Project;
  readonly request: RunRequest;
  readonly file: string;
  readonly origin: LoopOrigin;
  readonly definitions: Definitions;
  readonly loop: Loop;
  readonly overrides: { readonly [field: string]: string };
  /** Warnings; errors have been thrown. */
  readonly findings: readonly Finding[];
  /** Texts of the definition files, for placing findings. */
  readonly texts: Readonly<Record<string, string>>;
  readonly values: readonly ContextValue[];
  readonly missing: readonly Missing[];
  readonly unsupported: readonly UnsupportedState[];
  /** Absolute paths that the run locks. */
  readonly scope: readonly string[];
  readonly vault: Vault;
  /** Environment variables that the definitions mention; secrets as references. */
  readonly env: Readonly<Record<string, string>>;
  /** Run ids of the runs that this program was started from, outermost first. */
  readonly ancestors: readonly string[];
}

/** Stands for the run folder while there is none. */
export const UNKNOWN_RUN_DIR = "<run folder>/work/";

/** Variable with the chain of run ids that a process belongs to, outermost first. */
export const RUN_ID_VARIABLE = "LL_RUN_ID";

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
  const result = loadDefinitions(found.file, {
    sources,
    origin: found.origin,
    loopsDir: project.loopsDir,
    cwd: system.cwd,
  });
  const findings = [...result.findings, ...checkDefinitions(result)];
  return {
    ...found,
    definitions: result.definitions,
    findings,
    texts: result.files,
    results: result.results,
  };
}

/**
 * Returns the run that a request asks for.
 *
 * @throws {LoopError} `not-found` and `invalid`; missing values and unsupported parts are
 * returned, so that a plan can show them
 */
export function prepareRun(
  world: Pick<World, "sources" | "system" | "files">,
  project: Project,
  request: RunRequest,
): Prepared {
  const located = locateLoop(world, project, request.loop, request);
  const { findings, texts } = located;
  if (located.definitions === null || hasErrors(findings)) {
    const errors = findings.filter((finding) => finding.severity === "error");
    throw new LoopError(
      "invalid",
      `Cannot run loop "${request.loop}": ${
        errors.length === 1 ? "1 error" : `${errors.length} errors`
      } in its definition`,
      {
        findings,
        texts,
        hint: `\`${
          joinCommand(["ll-loop", "validate", request.loop])
        }\` checks it again`,
      },
    );
  }
  const plain = applyOverrides(located.definitions, request, project.config);
  const { system } = world;
  const values = effectiveContext(plain.loop, request, {
    runDir: UNKNOWN_RUN_DIR,
    sha256: (text) => system.sha256(text),
  });
  const context = contextOf(values);
  const environment = system.environment();
  const vault = new Vault(environment);
  // From here on the definitions hold no secret: they are stored, folded and shown.
  const definitions: Definitions = {
    ...plain.definitions,
    loops: vault.hideLoops(plain.definitions.loops),
  };
  vault.hideContext(context);
  const loop = definitions.loops[definitions.root] ?? plain.loop;
  return {
    project,
    request,
    file: located.file,
    origin: located.origin,
    definitions,
    loop,
    overrides: plain.overrides,
    findings,
    texts,
    values,
    missing: findMissing(definitions, new Set(Object.keys(context)), {
      results: located.results,
    }),
    unsupported: unsupported(definitions),
    scope: resolveScope(
      project.root,
      loop.scope.map((entry) => resolveScopeEntry(entry, context)),
      (path) => world.files.realPath(path),
    ),
    vault,
    env: environmentOf(definitions, environment, vault),
    ancestors: (system.env(RUN_ID_VARIABLE) ?? "").split(":").filter((id) =>
      id !== ""
    ),
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
