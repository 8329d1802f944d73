/** Loops that come into a project: written from a template, or copied from the built-in ones. */

export { type Installed, installLoop } from "./install_loop.ts";
export { requireNewName } from "./loop_name.ts";
export { newLoop, type NewLoopRequest } from "./new_loop.ts";
export * from "./write_schema.ts";
export { loopFileText, type LoopText, writeLoop } from "./write_loop.ts";
export {
  suggestName,
  suggestUntil,
  suggestValue,
  type UntilSuggestion,
} from "./suggest.ts";
