/** Going on with runs that stopped, paused or were cut off. */

export type { Today } from "./changed_definition.ts";
export type { Point } from "./find_point.ts";
export type { OpenAction } from "./open_actions.ts";
export {
  prepareResume,
  type Resumable,
  type ResumeRequest,
} from "./prepare_resume.ts";
export { type Progress, readProgress } from "./read_progress.ts";
export { resumePlanOf } from "./resume_plan.ts";
export { type ResumeOptions, resumeRun } from "./resume_run.ts";
export { type Choice, type Choices, undecidedActions } from "./settle_open.ts";
