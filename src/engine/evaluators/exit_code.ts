/** Owns the evaluators that judge by how the action ended: `exit_code` and `harbor_scorer`. */

import { numberDetail, parseNumber } from "../numbers.ts";
import {
  errorVerdict,
  type Evidence,
  type Judgement,
  verdict,
} from "./judgement.ts";

/** Returns `yes` for 0, `no` for 1, `error` for everything else, signals included. */
export function judgeExitCode(evidence: Evidence): Judgement {
  const { exitCode } = evidence;
  const name = exitCode === 0 ? "yes" : exitCode === 1 ? "no" : "error";
  return verdict(name, { exit_code: exitCode });
}

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

/** Returns the first 100 characters, trimmed, for a message. */
export function preview(text: string): string {
  return text.trim().slice(0, 100);
}
