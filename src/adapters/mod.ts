/** The ports of a real machine, all but processes. */

export * from "./files/mod.ts";
export * from "./locks/mod.ts";
export * from "./signals/mod.ts";
export * from "./sources/mod.ts";
export * from "./system/mod.ts";
export * from "./terminal/mod.ts";
