/** Standard output and standard error. */

export * from "./color.ts";
export * from "./stream.ts";
