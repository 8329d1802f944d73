/** What can be known of a loop before it runs: rules, missing values, needs. */

export * from "./calls_agent.ts";
export * from "./check_definitions.ts";
export * from "./check_loop.ts";
export * from "./context_keys.ts";
export * from "./find_missing.ts";
export * from "./lacked_options.ts";
export * from "./needs.ts";
export { newerSyntax } from "./newer_bash.ts";
export * from "./prove/mod.ts";
export { portableShellRules } from "./rules/portable_shell.ts";
export * from "./registry.ts";
export * from "./rule.ts";
export * from "./targets_of.ts";
export { programsOf } from "./shell_programs.ts";
export * from "./templates_of.ts";
export * from "./unsupported.ts";
