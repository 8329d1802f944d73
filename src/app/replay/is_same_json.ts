/** Owns comparing JSON values. */

import { isJsonObject, type Json } from "../../model/mod.ts";

/**
 * Returns whether two values are the same, whatever the order of their keys; a key without a
 * value is none.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * assert(isSameJson({ a: 1, b: [2] }, { b: [2], a: 1 }));
 * assert(!isSameJson({ a: 1 }, { a: 1, b: null }));
 * ```
 */
export function isSameJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length &&
      a.every((item, index) => isSameJson(item, b[index] as Json));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keysOf = (object: { readonly [key: string]: Json }) =>
    Object.keys(object).filter((key) => object[key] !== undefined);
  const keys = keysOf(a);
  return keys.length === keysOf(b).length &&
    keys.every((key) =>
      Object.hasOwn(b, key) && isSameJson(a[key] as Json, b[key] as Json)
    );
}
