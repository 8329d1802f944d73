/** Preparing a run, and running it. */

export { type Drive, drive, type Performer, type Recorder } from "./drive.ts";
export {
  type ContextSource,
  type ContextValue,
  effectiveContext,
} from "./effective_context.ts";
export { exitStatusOf, runStatusOf } from "./exit_status.ts";
export { inputsOf, readJournal } from "./read_journal.ts";
export {
  type Located,
  locateLoop,
  type Prepared,
  prepareRun,
} from "./prepare.ts";
export { lineOf, missingValues, requireReady } from "./readiness.ts";
export { PLAIN_REQUEST, type RunRequest } from "./request.ts";
export { maskArguments, type RunFolder } from "./run_folder.ts";
export { findStrayContext, type StrayContext } from "./stray_context.ts";
export { type RunListener, type RunResult, startRun } from "./start_run.ts";
