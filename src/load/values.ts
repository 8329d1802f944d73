/**
 * Owns reading typed values out of a checked document. What has the wrong type has been
 * reported already and reads as absent here.
 */

import type { Json, JsonObject } from "../model/mod.ts";
import { isJsonObject } from "../model/mod.ts";
import { BOOLEAN_TEXTS } from "./schema.ts";

/** Returns the value at `key`; `undefined` when there is none. */
export function entry(map: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Returns a scalar as text; `null` when absent, empty or no scalar. */
export function readText(map: JsonObject, key: string): string | null {
  return asScalarText(entry(map, key)) || null;
}

/** Returns the text of a scalar other than null; `null` for anything else. */
export function asScalarText(value: Json | undefined): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
      return String(value);
    default:
      return null;
  }
}

/** Returns a number; `null` when absent. */
export function readNumber(map: JsonObject, key: string): number | null {
  const value = entry(map, key);
  return typeof value === "number" ? value : null;
}

/** Returns a duration given in seconds, in ms; `null` when absent. */
export function readSeconds(map: JsonObject, key: string): number | null {
  const value = readNumber(map, key);
  return value === null ? null : Math.round(value * 1000);
}

/** Returns a limit given in seconds, in ms; `null` when absent, which a negative one counts as. */
export function readLimit(map: JsonObject, key: string): number | null {
  const limitMs = readSeconds(map, key);
  return limitMs === null || limitMs < 0 ? null : limitMs;
}

/** Returns a boolean in any of its spellings; `fallback` when absent. */
export function readFlag(
  map: JsonObject,
  key: string,
  { fallback }: { readonly fallback: boolean } = { fallback: false },
): boolean {
  const value = entry(map, key);
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string" && Object.hasOwn(BOOLEAN_TEXTS, value)) {
    return BOOLEAN_TEXTS[value] ?? fallback;
  }
  return fallback;
}

/** Returns the scalars of a list as texts; `null` when it is no list. */
export function readTexts(
  map: JsonObject,
  key: string,
): readonly string[] | null {
  const value = entry(map, key);
  if (!Array.isArray(value)) return null;
  return value.map((item) => asScalarText(item as Json)).filter((item) =>
    item !== null
  );
}

/** Returns a mapping; empty when absent. */
export function readMap(map: JsonObject, key: string): JsonObject {
  return readOptionalMap(map, key) ?? {};
}

/** Returns a mapping; `null` when absent. */
export function readOptionalMap(
  map: JsonObject,
  key: string,
): JsonObject | null {
  const value = entry(map, key);
  return isJsonObject(value) ? value : null;
}

/** Returns a list; empty when absent. */
export function readList(map: JsonObject, key: string): readonly Json[] {
  const value = entry(map, key);
  return Array.isArray(value) ? value as readonly Json[] : [];
}
