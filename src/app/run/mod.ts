/** Preparing a run, and running it. */

export { variableName } from "./child_environment.ts";
export { type Drive, drive, type Performer, type Recorder } from "./drive.ts";
export {
  type ContextSource,
  type ContextValue,
  effectiveContext,
} from "./effective_context.ts";
export { exitStatusOf, runStatusOf, signalStatusOf } from "./exit_status.ts";
export { loadLocated, type Located, locateLoop } from "./locate_loop.ts";
export { lockScope } from "./lock_scope.ts";
export { type Prepared, prepareLocated, prepareRun } from "./prepare.ts";
export {
  lineOf,
  missingValues,
  requireReady,
  unsupportedStates,
} from "./readiness.ts";
export {
  type PerformerContext,
  type PerformerFactory,
  REAL_PERFORMER,
} from "./real_performer.ts";
export {
  type GivenArgument,
  PLAIN_REQUEST,
  type RunRequest,
} from "./request.ts";
export type { RunFolder } from "./run_folder.ts";
export { type RunListener, tellAll } from "./run_listener.ts";
export { LastActionNote } from "./last_action.ts";
export {
  type HeaderFacts,
  runHeader,
  runSummary,
  scopeLine,
  stepCaps,
  type SummaryFacts,
} from "./run_records.ts";
export { type RunResult, runSegment, type Segment } from "./run_segment.ts";
export { type StartOptions, startRun } from "./start_run.ts";
export { steadyClock } from "./steady_clock.ts";
export { listenForStop, type Stopping } from "./stop_signals.ts";
export { restoreOptions } from "./stored_options.ts";
export { findStrayContext, type StrayContext } from "./stray_context.ts";
