/** What GitHub Actions is told of a run: commands, annotations, the job's summary, outputs. */

export * from "./annotation.ts";
export * from "./failed_step.ts";
export * from "./job_summary.ts";
export * from "./markdown.ts";
export * from "./output_entry.ts";
export * from "./run_annotation.ts";
export * from "./workflow_command.ts";
