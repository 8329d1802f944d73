/** Owns finding values on the command line that were meant for another key of the context. */

import { knownContextKeys, readsVariable } from "../../check/mod.ts";
import { nearest } from "../../model/mod.ts";
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
  const known = new Set(loops.flatMap(knownContextKeys));
  const given = new Set(request.context.map(([key]) => key));
  return [...given].flatMap((key) => {
    if (known.has(key)) return [];
    if (loops.some((loop) => readsVariable(loop, key))) return [];
    // What is given as well was not meant.
    const candidates = [...known].filter((name) => !given.has(name));
    const [near] = nearest(key, candidates, 1);
    return near === undefined ? [] : [{ key, near }];
  });
}
