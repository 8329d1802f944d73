/** Reading runs: finding them, what they left, and how they stand. Nothing here writes. */

export {
  effectiveStatus,
  isFinal,
  isFinalEnd,
  type RunCondition,
} from "./effective_status.ts";
export { findRun, type FoundRun, isCalled } from "./find_run.ts";
export { type DamagedRun, listRuns, type RunList } from "./list_runs.ts";
export { OWNER_FILE, ownerText, readOwner } from "./owner.ts";
export { readDefinition, type StoredDefinition } from "./read_definition.ts";
export { inputsOf, type JournalText, readJournal } from "./read_journal.ts";
export { readRun, type StoredRun } from "./read_run.ts";
