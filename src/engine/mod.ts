/** The engine: decides, never does. Runs without any permission. */

export type { Decision } from "./decision.ts";
export {
  formatValue,
  interpolate,
  InterpolationError,
  type Lookup,
  quoteForShell,
  renderFromContext,
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
export { OUTPUT_MARKS } from "./output_signals.ts";
export { loopTimeMs } from "./time.ts";
export { unanswered } from "./resume.ts";
export { NEW_SNAPSHOT, step, type StepResult } from "./step.ts";
