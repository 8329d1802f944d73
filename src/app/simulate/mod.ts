/** Simulating runs: everything happens in the engine, and nothing outside of it. */

export { chooseByAsking, type Question } from "./choose_by_asking.ts";
export { chooseByScenario } from "./choose_by_scenario.ts";
export { chooseByVerdicts } from "./choose_by_verdicts.ts";
export type { Choice, Chooser, Situation } from "./chooser.ts";
export {
  planSimulation,
  type SimulationCap,
  type SimulationPlan,
} from "./plan_simulation.ts";
export { simulate, type Simulation } from "./simulate.ts";
export { type SimulatedClock, simulatedClock } from "./simulated_clock.ts";
export {
  SimulatingPerformer,
  type SimulatingPerformerOptions,
  type Tally,
} from "./simulating_performer.ts";
export type { LoggedStep } from "./step_log.ts";
export { type PossibleTurnout, turnoutsOf } from "./turnouts.ts";
export {
  NO_VERDICTS,
  parseVerdictList,
  requireStates,
  type VerdictList,
} from "./verdict_list.ts";
