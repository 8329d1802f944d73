/** Names that a shell offers while a command line is typed: found fast, nothing started or written. */

export { listRunIds, listStates } from "./list_names.ts";
export type { OfferedName } from "./list_names.ts";
