/** The loops that can be run by name. */

export { listLoops } from "./list_loops.ts";
export { listLoopsFast } from "./list_loops_fast.ts";
export { hasLoop, projectName } from "./loop_name.ts";
export { isInLibrary, type LoopEntry } from "./scan_loops.ts";
export { type LoopSummary, summariseLoop } from "./summarise_loop.ts";
