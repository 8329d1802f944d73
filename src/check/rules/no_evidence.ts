/** Owns the rule `no-evidence`. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** FORMAT V165. */
export const noEvidence: Rule = {
  name: "no-evidence",
  severity: "warning",
  description: "A judge that is not asked for evidence",
  unless: "evidence_contract_ok",
  isOnTextOnly: true,
  state({ state }, report) {
    const { evaluate } = state;
    if (evaluate?.type !== "llm_structured" || evaluate.prompt === null) return;
    if (/verbatim|quote|evidence/i.test(evaluate.prompt)) return;
    report(["evaluate", "prompt"], {
      message: `The judge of state ${
        quote(state.name)
      } is not asked for evidence: it may say what sounds likely`,
      hint: "Ask it to quote what its verdict rests on, or say " +
        '"evidence_contract_ok: true"',
      onKey: true,
    });
  },
};
