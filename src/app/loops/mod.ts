/** The loops that can be run by name. */

export { listLoops, type LoopEntry } from "./list_loops.ts";
export { hasLoop, projectName } from "./loop_name.ts";
export { type LoopSummary, summariseLoop } from "./summarise_loop.ts";
