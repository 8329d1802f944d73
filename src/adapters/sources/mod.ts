/** Definitions on the disk and inside the program. */

export * from "./sources.ts";
