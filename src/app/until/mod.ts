/** `until`: a loop out of one or two commands. */

export * from "./prepare_until.ts";
export * from "./until_text.ts";
