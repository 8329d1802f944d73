/** Owns `${context.x}` in the entries of `scope`. */

import { type JsonObject, parseTemplate } from "../../model/mod.ts";
import { renderFromContext } from "../../engine/mod.ts";

/**
 * Returns an entry with references to known context values replaced; all else stays as
 * written. What is missing in the context has refused the run before.
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
    return renderFromContext(part, context) ?? part.source;
  }).join("");
}
