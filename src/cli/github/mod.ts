/** What commands do beside their work in GitHub Actions; loaded only there. */

export { ActionsReport } from "./actions_report.ts";
export { annotateError, annotateFindings, annotateFound } from "./annotate.ts";
export { guardProgram } from "./guard_program.ts";
