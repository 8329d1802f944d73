/** The loops that can be run by name. */

export { listLoops, type LoopEntry } from "./list_loops.ts";
export { type LoopSummary, summariseLoop } from "./summarise_loop.ts";
