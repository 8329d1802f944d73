/** Preparing a run, and running it. */

export { DEFAULT_BUDGET } from "./agent_findings.ts";
export { headerAgents } from "./agent_hosts.ts";
export { idleAgentOptions } from "./agent_options.ts";
export { agentStates } from "./agent_states.ts";
export { byteLength, cleanText, outputOf } from "./clean_text.ts";
export { definitionHash } from "./definition_hash.ts";
export { environmentOf } from "./environment_of.ts";
export { graceWithin } from "./grace.ts";
export { type Move, moveBetween, moveDefinitions } from "./move_definitions.ts";
export { applyOverrides } from "./overrides.ts";
export { maskArguments, OWNER_RETRY_MS, runDirOf } from "./run_folder.ts";
export { resolveScopeEntry } from "./scope_entries.ts";
export { type SegmentPlan, startSequence } from "./start_sequence.ts";
export {
  type Drive,
  drive,
  type Performer,
  type PerformOptions,
  type Recorder,
} from "./drive.ts";
export {
  contextOf,
  type ContextSource,
  type ContextValue,
  effectiveContext,
} from "./effective_context.ts";
export { exitStatusOf, runStatusOf, signalStatusOf } from "./exit_status.ts";
export { loadWhileRunning } from "./load_while_running.ts";
export { loadLocated, type Located, locateLoop } from "./locate_loop.ts";
export { proofOf } from "./proof_of.ts";
export { CANCELLED_LOOK, seen } from "./look_outcome.ts";
export { looksAtOf } from "./looks_at.ts";
export { lockScope } from "./lock_scope.ts";
export {
  type Prepared,
  prepareLocated,
  prepareRun,
  type PrepareWorld,
  RUN_ID_VARIABLE,
} from "./prepare.ts";
export {
  lineOf,
  type MissingValue,
  missingValues,
  requireReady,
  requireShell,
  requireSystem,
  requireValues,
  unsupportedStates,
} from "./readiness.ts";
export {
  type PerformerContext,
  type PerformerFactory,
  REAL_PERFORMER,
} from "./real_performer.ts";
export {
  type Cap,
  type GivenArgument,
  PLAIN_REQUEST,
  type RunRequest,
} from "./request.ts";
export type { RunFolder } from "./run_folder.ts";
export { type RunListener, tellAll } from "./run_listener.ts";
export { LastActionNote } from "./last_action.ts";
export {
  foundBy,
  type HeaderFacts,
  runHeader,
  runSummary,
  scopeLine,
  stepCaps,
  type SummaryFacts,
  summaryFacts,
} from "./run_records.ts";
export {
  elapsedBefore,
  type RunResult,
  runSegment,
  type Segment,
} from "./run_segment.ts";
export { type StartOptions, startRun } from "./start_run.ts";
export { steadyClock } from "./steady_clock.ts";
export { listenForStop, type Stopping } from "./stop_signals.ts";
export { restoreOptions } from "./stored_options.ts";
export { findStrayContext, type StrayContext } from "./stray_context.ts";
export { isThisProgram } from "./own_program.ts";
export type { SystemObstacle } from "./system_obstacle.ts";
export { type JudgedRun, judgeRun, type Verdict } from "./verdict.ts";
