/** The standard streams. */

export * from "./color.ts";
export * from "./input.ts";
export * from "./stream.ts";
