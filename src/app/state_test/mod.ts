/** Testing a state: one real step of a loop. */

export { planStateTest, type StateTestPlan } from "./plan_state_test.ts";
export type { StateTestRequest } from "./request.ts";
export { runStateTest, type StateTest } from "./run_state_test.ts";
