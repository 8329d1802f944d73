/** Removing runs that are old. */

export { type AgingRun, chooseRuns, type PruneRule } from "./choose_runs.ts";
export {
  findPrunable,
  type Prunable,
  type PruneQuestion,
} from "./find_prunable.ts";
export { folderSize } from "./folder_size.ts";
export { type Removal, removeLeftovers, removeRun } from "./remove_run.ts";
