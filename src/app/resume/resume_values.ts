/** Owns the values that a resumed run goes on with: its own, and what is given over them. */

import {
  type Json,
  type JsonObject,
  type Loop,
  ROOT_FRAME,
  secretReference,
  type Snapshot,
} from "../../model/mod.ts";
import {
  type ContextValue,
  effectiveContext,
  restoreOptions,
  type RunRequest,
} from "../run/mod.ts";
import type { StoredRun } from "../runs/mod.ts";
import type { World } from "../world.ts";
import type { Progress } from "./read_progress.ts";

/** What the values of a resumed run come from. */
export interface ValueSources {
  readonly run: StoredRun;
  readonly progress: Pick<Progress, "inputs">;
  readonly from: Snapshot;
  readonly loop: Loop;
  /** `--context` values; the last of a key wins. */
  readonly given: ReadonlyMap<string, string>;
  /** `${context.run_dir}` where the run lies now. */
  readonly runDir: string;
  /** `${context.include}` of a run that was given none, by the configuration. */
  readonly include: string | null;
}

/** Returns the whole context that the run goes on with. */
export function valuesOf(
  world: Pick<World, "system">,
  sources: ValueSources,
): readonly ContextValue[] {
  const { run, progress, from, loop, given, runDir, include } = sources;
  const started = progress.inputs.find((input) => input.input === "start");
  const before = from.frames[ROOT_FRAME]?.context ?? started?.context;
  if (before === undefined) {
    // Cut off before its first input: the record says what was given, secrets aside.
    const secrets = run.record.secrets.filter((key) =>
      !Object.hasOwn(loop.context, key)
    );
    const context: JsonObject = {
      ...loop.context,
      ...run.record.context,
      ...Object.fromEntries(
        secrets.map((key) => [key, secretReference("context", key)]),
      ),
    };
    return effectiveContext({ ...loop, context }, {
      input: null,
      context: [...given],
    }, { runDir, include, sha256: (text) => world.system.sha256(text) });
  }
  const values = { ...before, ...overridesOf(sources) };
  return Object.entries(values).map(([key, value]): ContextValue => ({
    key,
    value: value as Json,
    from: given.has(key) ? "--context" : "loop file",
  }));
}

/** Returns what changes in the context of a run that goes on: what is given, and its place. */
export function overridesOf(
  { run, from, given, runDir }: ValueSources,
): JsonObject {
  const before = from.frames[ROOT_FRAME]?.context["run_dir"];
  // A value that somebody gave is not the run's own folder, wherever that lies.
  const isOwn = typeof before === "string" &&
    `/${before}`.endsWith(`/${run.id}/work/`);
  return {
    ...(isOwn ? { run_dir: runDir } : {}),
    ...Object.fromEntries(given),
  };
}

/** Returns the options of a run's start that were not given anew. */
export function keptOptions(
  { record }: Pick<StoredRun, "record">,
  given: RunRequest,
): Partial<RunRequest> {
  const kept = restoreOptions(record.options);
  const isKept = (name: string): boolean => {
    switch (name) {
      case "noLlm":
      case "noHostGuard":
        return !given[name];
      case "budget":
        return false;
      default:
        return given[name as keyof RunRequest] === null;
    }
  };
  return {
    ...Object.fromEntries(
      Object.entries(kept).filter(([name]) => isKept(name)),
    ),
    budget: { ...kept.budget, ...given.budget },
  };
}
