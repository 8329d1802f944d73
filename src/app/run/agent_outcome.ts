/** Owns the outcome of an action that an agent has carried out. */

import type {
  ActionEffect,
  ActionOutcome,
  AgentReport,
  Output,
} from "../../model/mod.ts";
import type { ProcessOutcome } from "../../ports/mod.ts";
import { timeoutKindOf } from "./action_outcome.ts";

/** How a call has gone. */
export interface AgentCall {
  readonly outcome: ProcessOutcome;
  readonly report: AgentReport;
  readonly output: Output;
  /** The answer by a schema, where one was wanted and the host gave it. */
  readonly structured: unknown;
}

/** Returns the outcome of a call that was made for an effect. */
export function agentOutcome(
  { outcome, report, output }: AgentCall,
  effect: ActionEffect,
): ActionOutcome {
  const { failure } = report;
  const stderr = outcome.stderr.text;
  const told = failure === null || outcome.isCancelled
    ? stderr
    : `${stderr}${stderr === "" || stderr.endsWith("\n") ? "" : "\n"}` +
      `[result] ${failure.message}`;
  return {
    kind: "action",
    exitCode: outcome.exitCode,
    stdout: output,
    stderr: { ...outcome.stderr, text: told },
    durationMs: outcome.durationMs,
    timeoutKind: timeoutKindOf(outcome, effect),
    isCancelled: outcome.isCancelled,
    startError: outcome.startError,
    agent: report,
  };
}

/** Returns the exit code that stands for a call: 0 only where it has come to its result. */
export function agentExitCode(
  outcome: ProcessOutcome,
  { report, isCancelled, isEnded }: {
    readonly report: AgentReport;
    readonly isCancelled: boolean;
    readonly isEnded: boolean;
  },
): number {
  if (isCancelled || outcome.timeoutKind !== null) return outcome.exitCode;
  const hasFailed = report.failure !== null || report.exceeded !== null;
  // The code of a host that was ended after its result says nothing.
  if (isEnded || outcome.isCancelled) return hasFailed ? 1 : 0;
  return hasFailed && outcome.exitCode === 0 ? 1 : outcome.exitCode;
}
