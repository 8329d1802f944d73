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
export { OUTPUT_MARKS } from "./output_signals.ts";
export { fold, NEW_SNAPSHOT, step, type StepResult } from "./step.ts";
