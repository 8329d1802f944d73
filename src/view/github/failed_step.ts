/** Owns which step is told as the one that failed. */

import { EXIT } from "../../model/mod.ts";
import type { FailedStep, RunPath } from "../run_path.ts";
import { isSuccess, type RunSummary } from "../run_summary.ts";

/**
 * Returns the action that a run failed by: the last that failed, else the last that ran; `null`
 * where there is none, and of a run that did not fail.
 */
export function failedStep(
  summary: RunSummary,
  path: Pick<RunPath, "failed">,
): FailedStep | null {
  if (isSuccess(summary.end) || summary.exitStatus === EXIT.paused) return null;
  if (path.failed !== null) return path.failed;
  const { lastAction } = summary;
  if (lastAction === null) return null;
  return {
    state: lastAction.state,
    loop: lastAction.subLoop ?? summary.loop,
    exit: "",
    verdict: lastAction.verdict,
    stdout: lastAction.stdoutLines.join("\n"),
    stderr: lastAction.stderrLines.join("\n"),
  };
}
