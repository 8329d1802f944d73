/** Stopping runs from outside. */

export { findLive, type StopChoice } from "./find_live.ts";
export { type StopOptions, type StoppedRun, stopRun } from "./stop_run.ts";
