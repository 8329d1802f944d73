/**
 * Library face of ll-loop, for programs that embed it: load and check a loop, step the
 * engine, or run it over ports of your own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDefinitions, NEW_SNAPSHOT, step } from "./mod.ts";
 *
 * const text = "name: hello\ninitial: a\nstates:\n  a: { next: b }\n  b: { terminal: true }\n";
 * const { definitions } = loadDefinitions("/hello.yaml", {
 *   sources: {
 *     read: () => ({ kind: "text", text }),
 *     builtins: [],
 *     list: () => [],
 *     isExecutable: () => false,
 *   },
 *   origin: "path",
 *   loopsDir: null,
 *   cwd: "/",
 * });
 * const first = step(definitions!, NEW_SNAPSHOT, {
 *   input: "start", context: {}, env: {}, maxDepth: 16, nowMs: 0,
 * });
 * assertEquals(first.events.map(({ event }) => event), ["loop_start", "state_enter", "route"]);
 * ```
 *
 * @module
 */

export * from "./src/model/mod.ts";
export type * from "./src/ports/mod.ts";
export {
  loadDefinitions,
  type LoadOptions,
  placeFindings,
  resolveLoopName,
} from "./src/load/mod.ts";
export { checkDefinitions, findMissing, unsupported } from "./src/check/mod.ts";
export { fold, NEW_SNAPSHOT, step, type StepResult } from "./src/engine/mod.ts";
export {
  drive,
  effectiveStatus,
  findProject,
  findRun,
  listRuns,
  type Performer,
  type PerformerFactory,
  PLAIN_REQUEST,
  prepareLocated,
  prepareRun,
  readJournal,
  readRun,
  REAL_PERFORMER,
  type Recorder,
  replayRun,
  type RunListener,
  type RunRequest,
  type RunResult,
  startRun,
  type World,
} from "./src/app/mod.ts";
export {
  type Choice,
  chooseByAsking,
  chooseByScenario,
  chooseByVerdicts,
  type Chooser,
  parseVerdictList,
  planSimulation,
  type Question,
  simulate,
  simulatedClock,
  SimulatingPerformer,
  type Simulation,
  type Situation,
  turnoutsOf,
} from "./src/app/simulate/mod.ts";
export {
  planStateTest,
  runStateTest,
  type StateTest,
  type StateTestPlan,
  type StateTestRequest,
} from "./src/app/state_test/mod.ts";
