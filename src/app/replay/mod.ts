/** The engine over a journal alone: the same run again, or an edited loop with its answers. */

export { compareRun } from "./compare_run.ts";
export { type EditedRun, translateInput } from "./edited_run.ts";
export { type Comparison, replayAgainst } from "./replay_against.ts";
export { replayRun } from "./replay_run.ts";
