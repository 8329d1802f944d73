/** Owns `output_contains` and `classify`: judging by words in the output. */

import { compilePattern } from "../../model/mod.ts";
import { interpolateOrKeep } from "../interpolate.ts";
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
/** A repeated group is what makes a pattern take exponential time. */
const REPEATED_GROUP_REGEXP = /\)[*+{]/;

/** Searches the output for `pattern`; text that is no pattern is searched literally. */
export function judgePattern(evidence: Evidence): Judgement {
  const { evaluate, lookup, text, spill } = evidence;
  if (!evidence.isWhole && spill === null) return tooLong(evidence);
  const pattern = interpolateOrKeep(evaluate.pattern ?? "", lookup);
  let isMatched: boolean;
  if (evidence.observed !== null) {
    if (evidence.observed.error !== null) {
      return errorVerdict(evidence.observed.error, { pattern });
    }
    isMatched = evidence.observed.value === true;
  } else if (
    spill !== null || text.length > OWN_SEARCH_CHARACTERS_MAX ||
    (text.length > 64 && REPEATED_GROUP_REGEXP.test(pattern))
  ) {
    return { kind: "look", subject: { kind: "match", pattern, text, spill } };
  } else {
    const regexp = compilePattern(pattern);
    isMatched = regexp === null ? text.includes(pattern) : regexp.test(text);
  }
  const details = { matched: isMatched, pattern, negate: evaluate.negate };
  if (isMatched === evaluate.negate && !evaluate.negate) {
    const found = evaluate.errorPatterns.find((item) => text.includes(item));
    if (found !== undefined) {
      return verdict("error", { ...details, error_pattern: found });
    }
  }
  return yesOrNo(isMatched !== evaluate.negate, details);
}

/** Takes a non-blank line of the output as the verdict; without one it is empty. */
export function judgeClass(evidence: Evidence): Judgement {
  const { line } = evidence.evaluate;
  const lines = evidence.text.split(/\r\n|\r|\n/).map((item) => item.trim())
    .filter((item) => item !== "");
  const token = lines.at(line === "last" ? -1 : line === "first" ? 0 : line);
  if (token === undefined) {
    return verdict("", {
      token: "",
      line,
      source_lines: lines.length,
      error: lines.length === 0
        ? "The output has no line"
        : `The output has no line ${line}`,
    });
  }
  return verdict(token, { token, line });
}
