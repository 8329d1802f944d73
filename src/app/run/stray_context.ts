/** Owns finding values on the command line that were meant for another key of the context. */

import { loopTemplatesOf, templatesOf } from "../../check/mod.ts";
import { type Loop, nearest, referencesOf } from "../../model/mod.ts";
import { variableName } from "./child_environment.ts";
import type { Prepared } from "./prepare.ts";

/** A key that was given and means nothing, and the one that it comes near to. */
export interface StrayContext {
  readonly key: string;
  readonly near: string;
}

/**
 * Returns the `--context` keys that no loop of the run has or reads while one with nearly the same name
 * has a value of its own. A key that comes near to nothing may be meant for a script of the loop.
 */
export function findStrayContext(
  { definitions, request }: Pick<Prepared, "definitions" | "request">,
): readonly StrayContext[] {
  if (request.context.length === 0) return [];
  const loops = Object.values(definitions.loops);
  const known = new Set(loops.flatMap(keysOf));
  const given = new Set(request.context.map(([key]) => key));
  const scripts = loops.flatMap((loop) =>
    Object.values(loop.states).map(({ action }) => action ?? "")
  ).join("\n");
  return [...given].flatMap((key) => {
    if (known.has(key)) return [];
    if (scripts.includes(`LL_CONTEXT_${variableName(key)}`)) return [];
    // What is given as well was not meant.
    const candidates = [...known].filter((name) => !given.has(name));
    const [near] = nearest(key, candidates, 1);
    return near === undefined ? [] : [{ key, near }];
  });
}

/** Returns the keys that a loop declares or reads. */
function keysOf(loop: Loop): string[] {
  const uses = [
    ...loopTemplatesOf(loop),
    ...Object.values(loop.states).flatMap(templatesOf),
  ];
  const read = uses.flatMap(({ text }) => referencesOf(text)).filter((
    { namespace },
  ) => namespace === "context")
    .map(({ path }) => path.split(".", 1)[0] ?? path);
  return [
    ...Object.keys(loop.context),
    ...Object.keys(loop.parameters),
    ...loop.requiredInputs,
    loop.inputKey,
    ...ADDED_KEYS,
    ...read,
  ];
}

/** Keys that a run adds. */
const ADDED_KEYS = [
  "run_dir",
  "input_hash",
  "max_steps",
  "max_iterations",
  "readiness_threshold",
  "outcome_threshold",
  "design_tokens_context",
];
