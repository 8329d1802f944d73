/** Owns what to type after a run has ended. */

import {
  BUILTIN_PREFIX,
  commandAgain,
  COUNT_MAX,
  formatSpan,
  joinCommand,
  unreachable,
} from "../../model/mod.ts";
import type { RunSummary } from "../run_summary.ts";

/** Returns the commands to type next, one after the other: each exists and can help. */
export function nextCommands(summary: RunSummary): readonly string[] {
  const { end, limits, until = null } = summary;
  const again = (...added: string[]): string =>
    commandAgain(withoutOption(summary.args, added[0]), added);
  const goOn = (...added: string[]): string =>
    joinCommand([
      "ll-loop",
      "resume",
      summary.runId,
      ...summary.resumeWords,
      ...added,
    ]);
  const log = joinCommand(["tail", "-n", "50", `${summary.runFolder}log`]);
  if (until !== null && until.gaveUp !== null) {
    return until.gaveUp === "used-up" && !until.isSaved && until.max !== null
      ? [again("--times", String(until.max * 2))]
      : [again()];
  }
  if (until?.isSaved === false && end.terminatedBy === "timeout") {
    const span = formatSpan((limits.timeoutMs ?? 0) * 2);
    return [again("--timeout", span.replaceAll(" ", ""))];
  }
  const goOnEdited = () =>
    isOfFile(summary) ? goOn("--accept-changes") : again();
  const goOnLonger = (option: string, cap: number) =>
    // An option takes no more than a million: beyond that only the file can say.
    cap >= COUNT_MAX
      ? goOnEdited()
      : goOn(option, String(Math.min(cap * 2, COUNT_MAX)));
  switch (end.terminatedBy) {
    case "max_steps":
      return [goOnLonger("--max-steps", limits.maxSteps)];
    case "max_iterations_reached":
      return [
        goOnLonger("--max-iterations", limits.maxIterations ?? limits.passes),
      ];
    case "host_pressure_abort":
      return [goOn()];
    case "handoff":
      // Somebody goes on with it already.
      return summary.successor === undefined
        ? [goOn()]
        : [joinCommand(["ll-loop", "status", summary.runId])];
    case "interrupted":
    case "system_signal":
      return [goOn()];
    case "timeout":
      return [goOnEdited()];
    case "cycle_detected":
      return [log, goOnEdited()];
    case "error":
      if (end.noRoute !== null) return [goOnEdited()];
      // There is no reason in the log where it lies outside of the loop.
      return summary.hint === null ? [log, goOn()] : [goOn()];
    case "stall_detected":
      return [log, goOn()];
    case "budget_exceeded":
      return summary.spend?.raise === undefined
        ? [goOnEdited()]
        : [goOn(...summary.spend.raise)];
    case "terminal":
      return [log];
    case "handoff_terminated":
      return [again()];
    default:
      return unreachable(end.terminatedBy);
  }
}

/** Returns whether the definition of a run is one that its user can edit. */
function isOfFile({ limitPlace, place }: RunSummary): boolean {
  const file = limitPlace?.file ?? place?.file ?? BUILTIN_PREFIX;
  return !file.startsWith(BUILTIN_PREFIX);
}

/** Returns the arguments without the long option `name` and its value, which are to be given anew. */
function withoutOption(
  args: readonly string[],
  name: string | undefined,
): readonly string[] {
  if (name === undefined) return args;
  return args.filter((arg, index) =>
    arg !== name && args[index - 1] !== name && !arg.startsWith(`${name}=`)
  );
}
