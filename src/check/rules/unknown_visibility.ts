/** Owns the rule `unknown-visibility`. */

import { quote, quoteAll, readText, suggest } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

const VISIBILITIES = ["public", "internal", "example"];

/** A visibility that does not exist. */
export const unknownVisibility: Rule = {
  name: "unknown-visibility",
  severity: "warning",
  description: "A visibility that does not exist",
  needs: "value",
  isOnTextOnly: true,
  loop({ document }, report) {
    const value = readText(document, "visibility");
    if (value === null || VISIBILITIES.includes(value)) return;
    report(["visibility"], {
      message: `"visibility" should be ${quoteAll(VISIBILITIES)}, not ${
        quote(value)
      }: read as "public"`,
      ...suggest(value, VISIBILITIES, { max: 1 }),
    });
  },
};
