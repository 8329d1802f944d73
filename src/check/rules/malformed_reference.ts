/** Owns the rule `malformed-reference`. */

import { isNamespace, parseTemplate } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";
import type { TemplateUse } from "../templates_of.ts";
import { forShell, watchedIn, watchedOf } from "../references.ts";

/** A ${…} that is no reference. */
export const malformedReference: Rule = {
  name: "malformed-reference",
  severity: "warning",
  description: "A ${…} that is no reference",
  needs: "value",
  loop: ({ loop }, report) => reportMalformed(watchedOf(loop), report),
  state: (view, report) => reportMalformed(watchedIn(view), report),
};

function reportMalformed(uses: readonly TemplateUse[], report: Report): void {
  const seen = new Set<string>();
  for (const { path, text, kind } of uses) {
    if (kind === "literal") continue;
    for (const part of parseTemplate(text)) {
      if (part.kind !== "malformed" || seen.has(part.source)) continue;
      seen.add(part.source);
      const inner = part.source.slice(2, -1);
      report(path, {
        message: `${quote(part.source)} is not a reference: ${part.reason}`,
        ...(isNamespace(inner)
          ? { hint: `Name what you want of it: \${${inner}.NAME}` }
          : forShell(part.source, kind)),
        excerpt: part.source,
      });
    }
  }
}
