/** Owns putting values into the text of a template. */

import { yamlScalar } from "../../load/mod.ts";
import { LoopError } from "../../model/mod.ts";

const GAP_REGEXP = /<<(\w+)(?::(action|text))?>>/g;

/**
 * Returns `text` with each gap filled, once. `<<NAME>>` becomes a YAML scalar, `<<NAME:action>>` one in
 * which no `${` is a reference, `<<NAME:text>>`, for comments, the value as it is.
 *
 * @throws {LoopError} `internal` for a gap without a value
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const values = { name: "a", check: "echo ${HOME} # <<name>>" };
 * assertEquals(
 *   fillTemplate("# <<name:text>>\naction: <<check:action>>\n", values),
 *   "# a\naction: 'echo $${HOME} # <<name>>'\n",
 * );
 * ```
 */
export function fillTemplate(
  text: string,
  values: { readonly [name: string]: string | undefined },
): string {
  return text.replace(GAP_REGEXP, (gap, name: string, form?: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      throw new LoopError("internal", `No value for "${gap}" of a template`);
    }
    switch (form) {
      case "text":
        return value;
      case "action":
        return yamlScalar(value.replace(/\$\{/g, () => "$${"));
      default:
        return yamlScalar(value);
    }
  });
}
