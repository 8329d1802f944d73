/** Owns the rule `unknown-modifier`. */

import {
  isNamespace,
  MODIFIERS,
  nearest,
  unknownModifier,
} from "../../model/mod.ts";
import { quote, quoteAll } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { declaredContextKeys } from "../context_keys.ts";
import { referencesIn, watchedIn } from "../references.ts";

/** A word after the colon of a reference that is no modifier. */
export const unknownModifierRule: Rule = {
  name: "unknown-modifier",
  severity: "warning",
  description: "A word after the colon of a reference that is no modifier",
  needs: "state",
  state(view, report) {
    const { loop } = view;
    const seen = new Set<string>();
    for (const { path, text, kind } of watchedIn(view)) {
      if (kind === "literal") continue;
      for (const part of referencesIn(text)) {
        const modifier = unknownModifier(part.path);
        if (
          modifier === null || !isNamespace(part.namespace) ||
          seen.has(part.source) ||
          Object.hasOwn(loop.context, part.path.split(".", 1)[0] ?? "")
        ) continue;
        seen.add(part.source);
        const [key] = part.namespace === "context"
          ? nearest(modifier.path, declaredContextKeys(loop), 1)
          : [];
        const meant = `\${${part.namespace}.${key ?? modifier.path}${
          modifier.near ?? ""
        }}`;
        report(path, {
          message: `${quote(part.source)} has the unknown modifier ${
            quote(modifier.text)
          }: expected one of ${quoteAll(MODIFIERS)}`,
          ...(modifier.near === null ? {} : {
            hint: `Did you mean ${meant}?`,
            edit: { kind: "replace", text: meant },
          }),
          excerpt: part.source,
        });
      }
    }
  },
};
