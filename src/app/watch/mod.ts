/** Watching runs from outside: their logs and journals as they grow. Nothing here writes. */

export { followFile, type FollowOptions, type Piece } from "./follow_file.ts";
export { LineReader } from "./line_reader.ts";
export {
  type StoredFacts,
  storedFacts,
  storedSummary,
} from "./stored_facts.ts";
export { type Seen, watchRun } from "./watch_run.ts";
