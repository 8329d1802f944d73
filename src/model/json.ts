/** A value that survives a trip through a JSON text unchanged. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Returns whether `value` is a JSON object: not null, not a list. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns a value with every text in it changed, keys aside; itself where nothing changes. */
export function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  const items = Object.values(value);
  let isChanged = false;
  for (let at = 0; at < items.length; at++) {
    const item = items[at] as Json;
    const mapped = mapTexts(item, change);
    isChanged ||= mapped !== item;
    items[at] = mapped;
  }
  if (!isChanged) return value;
  return Array.isArray(value) ? items : Object.fromEntries(
    Object.keys(value).map((key, at) => [key, items[at] as Json]),
  );
}
