/** Running git for the program itself. */

export { type GitOptions, runGit } from "./run_git.ts";
