/** Owns the rule `bad-parameter`. */

import { entry, quote, quoteAll, suggest } from "../../load/mod.ts";
import { PARAMETER_TYPES } from "../parameter_types.ts";
import type { Rule } from "../rule.ts";

/** A parameter whose declaration contradicts itself. */
export const badParameter: Rule = {
  name: "bad-parameter",
  severity: "error",
  description: "A parameter whose declaration contradicts itself",
  loop({ loop, document }, report) {
    for (const [name, parameter] of Object.entries(loop.parameters)) {
      const path = ["parameters", name];
      if (!PARAMETER_TYPES.includes(parameter.type)) {
        report([...path, "type"], {
          message: `Parameter ${quote(name)} has the unknown type ${
            quote(parameter.type)
          }: expected one of ${quoteAll(PARAMETER_TYPES)}`,
          ...suggest(parameter.type, PARAMETER_TYPES, { max: 1 }),
        });
      }
      if (parameter.type === "enum" && parameter.values.length === 0) {
        report(path, {
          message: `Parameter ${
            quote(name)
          } is an enum and needs at least one entry in "values"`,
          onKey: true,
        });
      }
      if (parameter.required && parameter.default !== null) {
        report([...path, "default"], {
          message: `Parameter ${
            quote(name)
          } cannot be required and have a default`,
          hint: 'Remove "required" or "default"',
          onKey: entry(document, "parameters") !== undefined,
        });
      }
    }
  },
};
