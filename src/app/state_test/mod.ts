/** Testing a state: one real step of a loop. */

export { type MistakenInput, mistakenInput } from "./mistaken_input.ts";
export { planStateTest, type StateTestPlan } from "./plan_state_test.ts";
export type { StateTestRequest } from "./request.ts";
export { runStateTest, type StateTest } from "./run_state_test.ts";
export { findStrayCaptures, type StrayCapture } from "./stray_captures.ts";
