/** Reading runs: finding them, what they left, and how they stand. Nothing here writes. */

export {
  effectiveStatus,
  isFinal,
  isFinalEnd,
  lookAtRun,
  type RunCondition,
} from "./effective_status.ts";
export { auditRun } from "./audit_run.ts";
export { askedRuns } from "./asked_runs.ts";
export { type CurrentRuns, currentRuns, recentRun } from "./current_runs.ts";
export { type EventFilter, filterEvents, statesOf } from "./filter_events.ts";
export { findRun, type FoundRun, isCalled, runsOf } from "./find_run.ts";
export {
  findHistory,
  findPastRun,
  type History,
  type HistoryQuestion,
  type HistoryRun,
} from "./history.ts";
export {
  type DamagedRun,
  listRuns,
  type RunList,
  runNames,
} from "./list_runs.ts";
export { LIVE_FOLDER, liveRuns } from "./live_runs.ts";
export {
  definitionsIn,
  type EventsText,
  lastEvent,
  parseEvent,
  readEvents,
} from "./read_events.ts";
export { OWNER_FILE, ownerText, readOwner } from "./owner.ts";
export { readDefinition, type StoredDefinition } from "./read_definition.ts";
export { inputsOf, type JournalText, readJournal } from "./read_journal.ts";
export {
  newerFirst,
  readRecord,
  readRun,
  type RecordedRun,
  type StoredRun,
} from "./read_run.ts";
export { recentRuns } from "./recent_runs.ts";
export {
  allStandings,
  type ReadingWorld,
  standingOf,
  type Standings,
} from "./standing_of.ts";
