/** Owns `output_contains`: judging by a pattern in the output. */

import {
  compilePattern,
  escapePattern,
  hideReferences,
  MASKED,
  SECRET_REFERENCE_REGEXP,
} from "../../model/mod.ts";
import { interpolateOrKeep } from "../interpolate.ts";
import { searchSteps } from "../search_steps.ts";
import {
  errorVerdict,
  type Evidence,
  type Judgement,
  tooLong,
  verdict,
  yesOrNo,
} from "./judgement.ts";

/** Longer texts are searched outside, where a hostile pattern cannot stop the clock. */
const OWN_SEARCH_CHARACTERS_MAX = 64 * 1024;
/** Some milliseconds, about what starting a search outside takes. */
const OWN_SEARCH_STEPS_MAX = 4_000_000;

/** Searches the output for `pattern`; text that is no pattern is searched literally. */
export function judgePattern(evidence: Evidence): Judgement {
  const { evaluate, lookup, text, spill, isSpillCut } = evidence;
  if (!evidence.isWhole && spill === null) return tooLong(evidence);
  const asWritten = interpolateOrKeep(evaluate.pattern ?? "", lookup);
  const pattern = matchingMasked(asWritten);
  const regexp = compilePattern(pattern);
  let isMatched: boolean;
  if (evidence.observed !== null) {
    if (evidence.observed.error !== null) {
      return errorVerdict(evidence.observed.error, { pattern: asWritten });
    }
    isMatched = evidence.observed.value === true;
    // What is not found may stand in the part that nobody has kept.
    if (!isMatched && spill !== null && isSpillCut) return tooLong(evidence);
  } else if (
    spill !== null || text.length > OWN_SEARCH_CHARACTERS_MAX ||
    (regexp !== null && searchSteps(regexp, text) > OWN_SEARCH_STEPS_MAX)
  ) {
    const cut = spill !== null && isSpillCut ? { isSpillCut } : {};
    return {
      kind: "look",
      subject: { kind: "match", pattern, text, spill, ...cut },
    };
  } else {
    isMatched = regexp === null ? text.includes(pattern) : regexp.test(text);
  }
  const { negate } = evaluate;
  const details = { matched: isMatched, pattern: asWritten, negate };
  if (isMatched === negate && !negate) {
    const found = evaluate.errorPatterns.find((item) => text.includes(item));
    if (found !== undefined) {
      return verdict("error", { ...details, error_pattern: found });
    }
  }
  return yesOrNo(isMatched !== negate, details);
}

/** Where a secret stood in the output there is its mask, so that is what a pattern must find. */
function matchingMasked(pattern: string): string {
  if (!pattern.includes("\0")) return pattern;
  const masked = pattern.replace(
    SECRET_REFERENCE_REGEXP,
    escapePattern(MASKED),
  );
  return compilePattern(masked) === null ? hideReferences(pattern) : masked;
}
