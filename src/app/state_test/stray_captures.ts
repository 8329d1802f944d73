/** Owns finding captures on the command line that were meant for another name. */

import { templatesOf } from "../../check/mod.ts";
import { type Loop, nearest, referencesOf } from "../../model/mod.ts";
import type { StateTestRequest } from "./request.ts";

/** A name that was given and means nothing, and the one that it comes near to. */
export interface StrayCapture {
  readonly name: string;
  readonly near: string;
}

/** Returns the given captures that the loop neither makes nor reads while one with nearly the same name is. */
export function findStrayCaptures(
  loop: Loop,
  { captured }: Pick<StateTestRequest, "captured">,
): readonly StrayCapture[] {
  if (captured.length === 0) return [];
  const states = Object.values(loop.states);
  const read = states.flatMap(templatesOf)
    .flatMap(({ text }) => referencesOf(text))
    .filter(({ namespace }) => namespace === "captured")
    .map(({ path }) => path);
  const made = states.flatMap(({ name, kind, capture }) => [
    ...(capture === null ? [] : [capture]),
    // A sub-loop leaves its captures under the name of its state.
    ...(kind === "loop" ? [name] : []),
  ]);
  const known = new Set([...made, ...read.map(firstOf)]);
  const given = new Set(captured.map(([path]) => firstOf(path)));
  return [...given].filter((name) => !known.has(name)).flatMap((name) => {
    const candidates = [...known].filter((each) => !given.has(each));
    const [near] = nearest(name, candidates, 1);
    return near === undefined ? [] : [{ name, near }];
  });
}

function firstOf(path: string): string {
  return path.split(".", 1)[0] ?? path;
}
