/** The interfaces through which the core meets the world. Types only. */

export * from "./files.ts";
export * from "./locks.ts";
export * from "./match.ts";
export * from "./mcp.ts";
export * from "./process.ts";
export * from "./sources.ts";
export * from "./system.ts";
