/** The vocabulary of the program: definitions, snapshots, inputs, effects, events, findings, errors. */

export * from "./default_evaluator.ts";
export * from "./display_path.ts";
export * from "./effect.ts";
export * from "./errors.ts";
export * from "./evaluator.ts";
export * from "./event.ts";
export * from "./finding.ts";
export * from "./format_bytes.ts";
export * from "./input.ts";
export * from "./journal.ts";
export * from "./json.ts";
export * from "./loop.ts";
export * from "./loop_template.ts";
export * from "./nearest.ts";
export * from "./origin.ts";
export * from "./outcome.ts";
export * from "./own.ts";
export * from "./pattern.ts";
export * from "./pick_target.ts";
export * from "./run_record.ts";
export * from "./secret.ts";
export * from "./shell_words.ts";
export * from "./snapshot.ts";
export * from "./stamp_event.ts";
export * from "./template.ts";
export * from "./timeouts.ts";
