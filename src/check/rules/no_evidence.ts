/** Owns the rule `no-evidence`. */

import { isJsonObject, type JsonObject } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** Words that ask for a quotation, or name the field for it. */
const EVIDENCE_REGEXP = /verbatim|quot|evidence|excerpt/i;

/**
 * FORMAT V165, where it is true: a judge is asked for a quotation without being told so, and gives no yes without one,
 * unless the answer has a form of its own.
 */
export const noEvidence: Rule = {
  name: "no-evidence",
  severity: "warning",
  description:
    "A judge whose answer has a form of its own, with nothing to show for it",
  unless: "evidence_contract_ok",
  isOnTextOnly: true,
  state({ state }, report) {
    const { evaluate } = state;
    if (evaluate?.type !== "llm_structured" || evaluate.schema === null) return;
    if (EVIDENCE_REGEXP.test(evaluate.prompt ?? "")) return;
    if (fieldsOf(evaluate.schema).some((each) => EVIDENCE_REGEXP.test(each))) {
      return;
    }
    report(["evaluate", "schema"], {
      message: `The judge of state ${
        quote(state.name)
      } is not asked for evidence: with a "schema" of its own it may say what sounds likely`,
      hint: 'Add a field "evidence" to the schema and ask for a quotation, ' +
        'or say "evidence_contract_ok: true"',
      onKey: true,
    });
  },
};

function fieldsOf(schema: JsonObject): readonly string[] {
  const properties = schema["properties"];
  return isJsonObject(properties) ? Object.keys(properties) : [];
}
