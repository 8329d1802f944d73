/** Owns the keys that load but do nothing in this version. */

import {
  type DocumentPath,
  isJsonObject,
  type Json,
  type JsonObject,
} from "../model/mod.ts";
import { entry, readMap, readNumber } from "./values.ts";

/** Each key with the values at which it would have no effect anyway. */
const LOOP_KEYS: readonly (readonly [key: string, idle: readonly string[]])[] =
  [
    ["prepatch_check", ["allow"]],
    ["pruning_profile", []],
    ["targets", []],
  ];

const STATE_KEYS: typeof LOOP_KEYS = [
  ["prepatch_check", ["allow"]],
  ["pruning_profile", []],
  ["request_path", ["cli"]],
];

/** What all actions of a run have taken together is not counted. */
const MEMORY_KEY = "max_cumulative_subproc_mb";

const CONFIG_KEYS = ["automation", "commands", "continuation"];

/** Returns every such key of a merged document, with its path there. */
export function findInert(
  document: JsonObject,
): { readonly key: string; readonly path: DocumentPath }[] {
  const found: { key: string; path: DocumentPath }[] = [];
  const look = (map: JsonObject, keys: typeof LOOP_KEYS, at: DocumentPath) => {
    for (const [key, idle] of keys) {
      const value = entry(map, key);
      if (isSet(value) && !idle.includes(String(value))) {
        found.push({ key, path: [...at, key] });
      }
    }
  };
  look(document, LOOP_KEYS, []);
  const guard = readMap(document, "host_guard");
  if (isSet(guard) && (readNumber(guard, MEMORY_KEY) ?? 0) > 0) {
    found.push({
      key: `host_guard.${MEMORY_KEY}`,
      path: ["host_guard", MEMORY_KEY],
    });
  }
  for (const key of CONFIG_KEYS) {
    if (isSet(entry(readMap(document, "config"), key))) {
      found.push({ key: `config.${key}`, path: ["config", key] });
    }
  }
  for (const [name, state] of Object.entries(readMap(document, "states"))) {
    if (isJsonObject(state)) look(state, STATE_KEYS, ["states", name]);
  }
  return found;
}

/** A guard that is switched off is no promise that is broken. */
function isSet(value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  return !(isJsonObject(value) && entry(value, "enabled") === false);
}
