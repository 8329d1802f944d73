/** The engine: decides, never does. Runs without any permission. */

export type { Decision } from "./decision.ts";
export {
  formatValue,
  interpolate,
  InterpolationError,
  type Lookup,
  quoteForShell,
} from "./interpolate.ts";
export {
  countingInputs,
  fold,
  foldToLast,
  rewind,
  snapshotsAfter,
  type Step,
  walk,
} from "./fold.ts";
export { unanswered } from "./resume.ts";
export { NEW_SNAPSHOT, step, type StepResult } from "./step.ts";
