/** Pure functions from data to text and JSON: what people and programs read. No input, no output. */

export * from "./count.ts";
export * from "./definition_json.ts";
export * from "./duration.ts";
export * from "./error_lines.ts";
export * from "./evaluation.ts";
export * from "./findings.ts";
export * from "./history_line.ts";
export * from "./lines_text.ts";
export * from "./list.ts";
export * from "./notice.ts";
export * from "./output_lines.ts";
export * from "./plan.ts";
export * from "./plan_text.ts";
export * from "./run_end.ts";
export * from "./run_header.ts";
export * from "./run_lines.ts";
export * from "./run_summary.ts";
export * from "./run_talk.ts";
export { displayPath, joinCommand } from "../model/mod.ts";
export * from "./show.ts";
export * from "./style.ts";
export * from "./transitions.ts";
export * from "./validation.ts";
export * from "./visible.ts";
export * from "./welcome.ts";
export * from "./width.ts";
export * from "./written.ts";
