/** The project that a command works on, and its configuration. */

export * from "./config.ts";
export { examineConfiguration } from "./examine_configuration.ts";
export * from "./find_project.ts";
export * from "./passed_over.ts";
