/** Owns the rule `unresolved-scope`. */

import { parseTemplate } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { loopTemplatesOf } from "../templates_of.ts";

/** A ${…} in the scope that is no value of the context. */
export const unresolvedScope: Rule = {
  name: "unresolved-scope",
  severity: "warning",
  description: "A ${…} in the scope that is no value of the context",
  loop({ loop }, report) {
    for (const { path, text, kind } of loopTemplatesOf(loop)) {
      if (kind !== "scope") continue;
      for (const part of parseTemplate(text)) {
        if (
          part.kind === "text" ||
          (part.kind === "reference" && part.namespace === "context")
        ) continue;
        report(path, {
          message: `${quote(part.source)} stays as it is written: ` +
            "in a scope only references to the context are replaced",
          excerpt: part.source,
        });
      }
    }
  },
};
