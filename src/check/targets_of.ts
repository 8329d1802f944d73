/** Owns the list of the places of a state that name another state. */

import type { DocumentPath, JsonObject, State } from "../model/mod.ts";
import {
  asScalarText,
  entry,
  readOptionalMap,
  readText,
  RESERVED_ON_KEYS,
} from "../load/mod.ts";

/** A place that names a state. */
export interface TargetUse {
  readonly target: string;
  /** Below the state. */
  readonly path: DocumentPath;
}

const ALIASED_KEYS = [["on_yes", "on_success"], ["on_no", "on_failure"]];
const PLAIN_KEYS = RESERVED_ON_KEYS.filter((key) =>
  key !== "on_resume" && !ALIASED_KEYS.flat().includes(key)
);

const known = new WeakMap<State, readonly TargetUse[]>();

/** Returns every target of a state, `map` being its part of the document. */
export function targetsOf(
  state: State,
  map: JsonObject,
): readonly TargetUse[] {
  const before = known.get(state);
  if (before !== undefined) return before;
  const uses = findTargets(state, map);
  known.set(state, uses);
  return uses;
}

function findTargets(state: State, map: JsonObject): TargetUse[] {
  const uses: TargetUse[] = [];
  const add = (key: string): boolean => {
    const target = readText(map, key);
    if (target === null) return false;
    uses.push({ target, path: [key] });
    return true;
  };
  add("next");
  for (const keys of ALIASED_KEYS) keys.some(add);
  for (const key of PLAIN_KEYS) add(key);
  for (const key of Object.keys(map)) {
    if (key.startsWith("on_") && !RESERVED_ON_KEYS.includes(key)) add(key);
  }
  const route = readOptionalMap(map, "route");
  for (const verdict of Object.keys(state.route ?? {})) {
    const target = route === null ? null : asScalarText(entry(route, verdict));
    if (target !== null) uses.push({ target, path: ["route", verdict] });
  }
  return uses;
}
