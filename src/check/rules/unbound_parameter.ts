/** Owns the rule `unbound-parameter`. */

import { nearest, type State } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { templatesOf } from "../templates_of.ts";
import { referencesIn } from "../references.ts";

/** A reference to a fragment parameter that has no value. */
export const unboundParameter: Rule = {
  name: "unbound-parameter",
  severity: "warning",
  description: "A reference to a fragment parameter that has no value",
  state({ state }, report) {
    const seen = new Set<string>();
    for (const { path, text } of templatesOf(state)) {
      for (const part of referencesIn(text)) {
        if (part.namespace !== "param" || part.fallback !== null) continue;
        const [name = ""] = part.path.split(".", 1);
        if (seen.has(name) || hasParameter(state, name)) continue;
        seen.add(name);
        report(path, {
          message: `${quote(part.source)} has no value: nothing is bound to ${
            quote(name)
          }`,
          hint: bindingHint(state, name),
          excerpt: part.source,
        });
      }
    }
  },
};

function bindingHint(state: State, name: string): string {
  const given = { ...state.bindings, ...state.bindingParameters };
  const [near] = nearest(name, Object.keys(given), 1);
  return near === undefined
    ? `Add below "with": ${name}: …`
    : `Did you mean ${quote(near)}? Else add below "with": ${name}: …`;
}

/** Whether a parameter has a value, or its lack is an error of its own. */
function hasParameter(state: State, name: string): boolean {
  const parameter = Object.hasOwn(state.bindingParameters, name)
    ? state.bindingParameters[name]
    : undefined;
  return Object.hasOwn(state.bindings, name) ||
    (parameter !== undefined &&
      (parameter.required || parameter.default !== null));
}
