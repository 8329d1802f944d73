/** The file system of this machine. */

export * from "./append_file.ts";
export * from "./failure.ts";
export * from "./files.ts";
export * from "./look_at.ts";
export * from "./growing_file.ts";
export * from "./write_all.ts";
