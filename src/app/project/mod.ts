/** The project that a command works on, and its configuration. */

export * from "./config.ts";
export { examineConfiguration } from "./examine_configuration.ts";
export {
  findProject,
  type FindProjectOptions,
  type Project,
  type ProjectWorld,
} from "./find_project.ts";
