/** The live view of a run: its events as lines. */

export { RunView } from "./run_view.ts";
export type { RunViewOptions } from "./layout.ts";
