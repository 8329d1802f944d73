/** Owns `harbor_scorer`: the score that an action prints. */

import { numberDetail, parseNumber } from "../numbers.ts";
import {
  errorVerdict,
  type Evidence,
  type Judgement,
  preview,
  verdict,
} from "./judgement.ts";

/** Returns `yes` with the score printed, `no` for a failed action, `error` for no number. */
export function judgeScore(evidence: Evidence): Judgement {
  if (evidence.exitCode !== 0) {
    return verdict("no", { exit_code: evidence.exitCode });
  }
  const score = parseNumber(evidence.text);
  return score === null
    ? errorVerdict(`No score in the output: "${preview(evidence.text)}"`, {
      exit_code: 0,
    })
    : verdict("yes", { score: numberDetail(score), exit_code: 0 });
}
