/** The project that a command works on, and its configuration. */

export * from "./config.ts";
export { parseJsonConfig } from "./config_text.ts";
export { examineConfiguration } from "./examine_configuration.ts";
export * from "./find_project.ts";
export { foreignOwner } from "./foreign_owner.ts";
export * from "./passed_over.ts";
