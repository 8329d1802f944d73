/** Owns the rule `unknown-namespace`. */

import { isNamespace, NAMESPACES, nearest } from "../../model/mod.ts";
import { quote, quoteAll } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";
import type { TemplateUse } from "../templates_of.ts";
import { forShell, referencesIn, watchedIn, watchedOf } from "../references.ts";

const SHELL_REGEXP = /^[A-Za-z_0-9#!@*?][^.]*$|[:#%/^,@*[\]-]/;

/** A reference into a namespace that does not exist. */
export const unknownNamespace: Rule = {
  name: "unknown-namespace",
  severity: "warning",
  description: "A reference into a namespace that does not exist",
  needs: "value",
  loop: ({ loop }, report) => reportUnknown(watchedOf(loop), report),
  state: (view, report) => reportUnknown(watchedIn(view), report),
};

function reportUnknown(uses: readonly TemplateUse[], report: Report): void {
  const seen = new Set<string>();
  for (const { path, text, kind } of uses) {
    if (kind === "literal") continue;
    for (const part of referencesIn(text)) {
      const isKnown = isNamespace(part.namespace);
      if (isKnown || part.fallback !== null || seen.has(part.source)) continue;
      seen.add(part.source);
      const [near] = nearest(part.namespace, NAMESPACES, 1);
      report(path, {
        message: `${quote(part.source)} names the unknown namespace ${
          quote(part.namespace)
        }: expected one of ${quoteAll(NAMESPACES)}`,
        ...(near !== undefined
          ? {
            hint: `Did you mean \${${near}.${part.path.trim()}}?`,
            edit: {
              kind: "replace",
              text: part.source.replace(part.namespace, near),
            },
          }
          : SHELL_REGEXP.test(part.namespace)
          ? forShell(part.source, kind)
          : { hint: "Put what you want to read before the first dot" }),
        excerpt: part.source,
      });
    }
  }
}
