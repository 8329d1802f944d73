/** Owns `${context.x}` in the entries of `scope`. */

import { type JsonObject, parseTemplate } from "../../model/mod.ts";
import { formatValue } from "../../engine/mod.ts";

/**
 * Returns an entry with references to known context keys replaced; what is unknown stays as
 * written, as in the reference.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(resolveScopeEntry("src/${context.pkg}/${context.no}", { pkg: "a" }),
 *   "src/a/${context.no}");
 * ```
 */
export function resolveScopeEntry(entry: string, context: JsonObject): string {
  return parseTemplate(entry).map((part) => {
    if (part.kind === "text") return part.text;
    if (part.kind === "malformed" || part.namespace !== "context") {
      return part.source;
    }
    return Object.hasOwn(context, part.path)
      ? formatValue(context[part.path] ?? null)
      : part.fallback ?? part.source;
  }).join("");
}
