/** Owns everything that can be known about a run before it starts. Nothing is run or written. */

import { findMissing, findUnwatched, type Missing } from "../../check/mod.ts";
import {
  type Definitions,
  type Finding,
  hasErrors,
  joinCommand,
  type Loop,
  LoopError,
  type LoopOrigin,
} from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import { resolveScope } from "../scope/mod.ts";
import { Vault } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { requireEffort } from "./agent_options.ts";
import { agentFindings, withDefaultBudget } from "./agent_findings.ts";
import {
  contextOf,
  type ContextValue,
  effectiveContext,
} from "./effective_context.ts";
import { definitionHash } from "./definition_hash.ts";
import { environmentOf } from "./environment_of.ts";
import { withoutGivenVariables } from "./given_variables.ts";
import { graceWithin } from "./grace.ts";
import { type Located, locateLoop } from "./locate_loop.ts";
import { applyOverrides } from "./overrides.ts";
import type { RunRequest } from "./request.ts";
import { resolveScopeEntry } from "./scope_entries.ts";
import { findSharedVariables } from "./shared_variables.ts";

/** A run that could start, or the reasons why it cannot. */
export interface Prepared {
  readonly project: Project;
  readonly request: RunRequest;
  readonly file: string;
  readonly origin: LoopOrigin;
  /** With everything that is set over them. */
  readonly definitions: Definitions;
  /** Hash of the definitions as their files have them: see {@linkcode definitionHash}. */
  readonly definitionHash: string;
  readonly loop: Loop;
  readonly overrides: { readonly [field: string]: string };
  /** Warnings; errors have been thrown. */
  readonly findings: readonly Finding[];
  /** Texts of the definition files, for placing findings. */
  readonly texts: Readonly<Record<string, string>>;
  readonly values: readonly ContextValue[];
  readonly missing: readonly Missing[];
  /** Absolute paths that the run locks; one in the run folder has a stand-in for that. */
  readonly scope: readonly string[];
  readonly vault: Vault;
  /** Environment variables that the definitions mention; secrets as references. */
  readonly env: Readonly<Record<string, string>>;
  /** Run ids of the runs that this program was started from, outermost first. */
  readonly ancestors: readonly string[];
  /** Time between TERM and KILL in ms; within another run less than that one allows. */
  readonly graceMs: number;
}

/** What preparing looks at; without processes nothing is said about agents. */
export type PrepareWorld =
  & Pick<World, "system" | "files">
  & Partial<Pick<World, "processes">>;

/** Stands for the run folder while there is none. */
export const UNKNOWN_RUN_FOLDER = "<run folder>";

/** Stands for `${context.run_dir}` until then. */
const UNKNOWN_RUN_DIR = `${UNKNOWN_RUN_FOLDER}/work/`;

/** Variable with the chain of run ids that a process belongs to, outermost first. */
export const RUN_ID_VARIABLE = "LL_RUN_ID";

/**
 * Returns the run that a request asks for.
 *
 * @throws {LoopError} `not-found` and `invalid`; missing values are returned, so that a plan can
 * show them
 */
export function prepareRun(
  world: PrepareWorld & Pick<World, "sources">,
  project: Project,
  request: RunRequest,
): Prepared {
  const located = locateLoop(world, project, request.loop, {
    isBuiltinOnly: request.isBuiltinOnly,
    isForRun: true,
  });
  return prepareLocated(world, project, { request, located });
}

/**
 * Returns the run of a loop that is there already: a stored definition, a generated one.
 *
 * @throws {LoopError} `invalid`
 */
export function prepareLocated(
  world: PrepareWorld,
  project: Project,
  asked: { readonly request: RunRequest; readonly located: Located },
): Prepared {
  const { request, located } = asked;
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
    include: project.config.include,
    sha256: (text) => system.sha256(text),
  });
  const context = contextOf(values);
  const environment = system.environment();
  const vault = new Vault(environment, {
    exists: (path) => world.files.stat(path) !== null,
  });
  // From here on the definitions hold no secret: they are stored, folded and shown.
  const source: Definitions = {
    ...located.definitions,
    loops: vault.hideLoops(located.definitions.loops),
  };
  const overridden = applyOverrides(source, request, project.config);
  const definitions = limitOurs(overridden.definitions, located.origin);
  vault.learn(context);
  const loop = definitions.loops[definitions.root] ?? plain.loop;
  const keys = new Set(Object.keys(context));
  const { results } = located;
  const { processes } = world;
  const agentRun = { definitions, request, project, loop };
  if (processes !== undefined) requireEffort({ ...world, processes }, agentRun);
  const agents = processes === undefined
    ? []
    : agentFindings({ ...world, processes }, agentRun);
  return {
    project,
    request,
    file: located.file,
    origin: located.origin,
    definitions,
    definitionHash: definitionHash(system, source, project.root),
    loop,
    overrides: plain.overrides,
    findings: [
      ...withoutGivenVariables(findings, keys),
      ...findUnwatched(definitions, keys, { results }),
      ...findSharedVariables(
        values,
        (key) =>
          results.get(definitions.root)?.originOf(["context", key]) ?? loop.at,
      ),
      ...agents,
    ],
    texts,
    values,
    missing: findMissing(definitions, keys, { results }),
    scope: resolveScope(
      project.root,
      loop.scope.map((entry) => resolveScopeEntry(entry, context)),
      (path) => world.files.realPath(path),
    ),
    vault,
    env: environmentOf(definitions, environment, vault),
    graceMs: graceWithin(system, request.graceMs ?? project.config.graceMs),
    ancestors: (system.env(RUN_ID_VARIABLE) ?? "").split(":").filter((id) =>
      id !== ""
    ),
  };
}

/** Loops of ours are limited even where nobody asked for it. */
function limitOurs(definitions: Definitions, origin: LoopOrigin): Definitions {
  const loop = definitions.loops[definitions.root];
  if (loop === undefined) return definitions;
  const limited = withDefaultBudget(loop, { origin, definitions });
  if (limited === loop) return definitions;
  return {
    ...definitions,
    loops: { ...definitions.loops, [definitions.root]: limited },
  };
}
