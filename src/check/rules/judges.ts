/** Owns the rules on how models are asked to judge. */

import { quote, readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { effectiveText, isAskedOfModel } from "../terms.ts";

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

/** FORMAT V166. */
export const cheapGenerator: Rule = {
  name: "cheap-generator",
  severity: "warning",
  description: "The smallest model where something is made, not judged",
  unless: "haiku_generator_ok",
  isOnTextOnly: true,
  state({ state }, report) {
    if (!/haiku/i.test(state.model ?? "") || isAskedOfModel(state)) return;
    report(["model"], {
      message: `State ${quote(state.name)} lets ${
        quote(state.model ?? "")
      } do its work, and no model looks at it`,
      hint: 'Take a larger one, or say "haiku_generator_ok: true"',
    });
  },
};

/** FORMAT V167. */
export const continuedJudge: Rule = {
  name: "continued-judge",
  severity: "warning",
  description: "A judge that goes on in the conversation that it judges",
  unless: "session_mode_ok",
  isOnTextOnly: true,
  state({ state, map, document }, report) {
    if (
      state.evaluate?.type !== "llm_structured" ||
      effectiveText("session_mode", map, document) !== "continue"
    ) return;
    report(readText(map, "session_mode") === null ? [] : ["session_mode"], {
      message: `The judge of state ${
        quote(state.name)
      } goes on in the conversation of the one it judges`,
      hint:
        'Add: session_mode: fresh, or say "session_mode_ok: true" at the top',
    });
  },
};
