/** Checking loops: names, files and folders, their findings, and the edits that remove them. */

export * from "./check_loop_file.ts";
export * from "./find_loop_files.ts";
export * from "./fix_texts.ts";
export * from "./list_rules.ts";
export * from "./overlay_sources.ts";
export { sourceReason } from "../../load/mod.ts";
export * from "./write_fixes.ts";
