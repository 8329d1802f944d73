/** Which files a run has changed, with git or without. */

export * from "./baseline.ts";
export * from "./changes_since.ts";
