/** Library face of ll-loop. */
export * from "./src/model/mod.ts";
