/** Owns `exit_code`: judging by how the action ended. */

import { type Evidence, type Judgement, verdict } from "./judgement.ts";

/** Returns `yes` for 0, `no` for 1, `error` for everything else, signals included. */
export function judgeExitCode(evidence: Evidence): Judgement {
  const { exitCode } = evidence;
  const name = exitCode === 0 ? "yes" : exitCode === 1 ? "no" : "error";
  return verdict(name, { exit_code: exitCode });
}
