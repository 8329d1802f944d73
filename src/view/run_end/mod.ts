/** The message at the end of a run, and its parts. */

export { fixOf, routeLine } from "./fix.ts";
export { nextCommands } from "./next_commands.ts";
export { formatReason } from "./reason.ts";
export { END_LINES_MAX, formatRunEnd } from "./run_end.ts";
