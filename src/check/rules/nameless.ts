/** Owns the rule on references with nothing where a name belongs. */

import { NAMESPACES, referencesOf } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { templatesOf } from "../templates_of.ts";

/** Warns of `${context.}` and `${context.a..b}`: one name too few, or one dot too many. */
export const namelessRules: readonly Rule[] = [{
  name: "nameless-reference",
  severity: "warning",
  description: "A reference in which a name is missing beside a dot",
  needs: "value",
  state({ state }, report) {
    const seen = new Set<string>();
    for (const { path, text, kind } of templatesOf(state)) {
      if (kind === "literal") continue;
      for (
        const { namespace, path: names, source, fallback } of referencesOf(text)
      ) {
        const isKnown = (NAMESPACES as readonly string[]).includes(namespace);
        // Names of the environment have no parts, and messages without a name are all of them.
        if (!isKnown || namespace === "messages" || seen.has(source)) continue;
        const parts = namespace === "env" ? [names] : names.split(".");
        if (fallback !== null || !parts.includes("")) continue;
        seen.add(source);
        const named = parts.filter((part) => part !== "").join(".");
        report(path, {
          message: `${quote(source)} lacks a name beside a dot`,
          ...(names === ""
            ? { hint: `Name what you want of it: \${${namespace}.NAME}` }
            : {
              hint: `Did you mean \${${namespace}.${named}}?`,
              edit: {
                kind: "replace",
                text: source.replace(
                  `${namespace}.${names}`,
                  `${namespace}.${named}`,
                ),
              },
            }),
          excerpt: source,
        });
      }
    }
  },
}];
