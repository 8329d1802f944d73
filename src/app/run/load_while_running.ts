/** Owns loading a loop whose name was computed by a run. */

import { dirname } from "@std/path";
import {
  type Abilities,
  checkDefinitions,
  unsupported,
} from "../../check/mod.ts";
import {
  describeTried,
  knownLoops,
  loadDefinitions,
  resolveLoopName,
} from "../../load/mod.ts";
import {
  hasErrors,
  type LoadedOutcome,
  type LoadEffect,
  nearest,
  quoted,
} from "../../model/mod.ts";
import type { World } from "../world.ts";
import { environmentOf } from "./environment_of.ts";
import { overrideLoops } from "./overrides.ts";
import type { Prepared } from "./prepare.ts";

/** Returns the loop with everything below it, or why it cannot be had. */
export function loadWhileRunning(
  world: Pick<World, "sources" | "system">,
  run: Pick<Prepared, "project" | "vault" | "request"> & {
    readonly can: Abilities;
  },
  effect: LoadEffect,
): LoadedOutcome {
  const { sources, system } = world;
  const { vault, can } = run;
  const { loopsDir, root } = run.project;
  const { found, tried } = resolveLoopName(effect.name, {
    sources,
    loopsDir,
    cwd: root,
    ...besideOf(effect.from),
  });
  if (found === null) {
    const folders = [loopsDir, dirname(effect.from)];
    const [near] = nearest(
      effect.name,
      knownLoops(effect.name, { sources, folders }),
      1,
    );
    return failure(
      `Loop not found: ${quoted(effect.name)}; looked for ${
        describeTried(tried, root)
      }` + (near === undefined ? "" : `; did you mean ${quoted(near)}?`),
    );
  }
  const result = loadDefinitions(found.file, {
    sources,
    origin: found.origin,
    loopsDir,
    cwd: root,
  });
  const findings = [...result.findings, ...checkDefinitions(result)];
  if (result.definitions === null || hasErrors(findings)) {
    const first = findings.find((finding) => finding.severity === "error");
    return failure(
      `Loop ${quoted(effect.name)} is not valid: ${first?.message ?? ""}`,
    );
  }
  const definitions = {
    ...result.definitions,
    loops: vault.hideLoops(
      overrideLoops(result.definitions.loops, run.request),
    ),
  };
  const [gap] = unsupported(definitions, can);
  if (gap !== undefined) {
    return failure(
      `Loop ${quoted(effect.name)} cannot run: state ${
        quoted(gap.state)
      } ${gap.reason}`,
    );
  }
  return {
    kind: "loaded",
    id: definitions.root,
    loops: definitions.loops,
    names: definitions.names,
    env: environmentOf(definitions, system.environment(), vault),
    error: null,
  };
}

/** A name means the same whether it was computed or not: the asking file's folder counts. */
function besideOf(file: string): { readonly beside?: string } {
  const folder = dirname(file);
  return folder === "." ? {} : { beside: folder };
}

function failure(error: string): LoadedOutcome {
  return { kind: "loaded", id: null, loops: {}, names: {}, env: {}, error };
}
