/** The use cases: what the commands do, over ports. */

export * from "./completion/mod.ts";
export * from "./demo/mod.ts";
export * from "./doctor/mod.ts";
export * from "./loops/mod.ts";
export * from "./needs/mod.ts";
export * from "./project/mod.ts";
export { placeFindings } from "../load/mod.ts";
export * from "./prune/mod.ts";
export * from "./queue/mod.ts";
export * from "./replay/mod.ts";
export * from "./resume/mod.ts";
export * from "./run/mod.ts";
export * from "./runs/mod.ts";
export * from "./stop/mod.ts";
export type { Blocker } from "./scope/mod.ts";
export * from "./watch/mod.ts";
export { type FirstLook, takeFirstLook } from "./welcome/mod.ts";
export type { World } from "./world.ts";
export * from "./write/mod.ts";
