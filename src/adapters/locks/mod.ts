/** Locks of the operating system on files. */

export * from "./flock.ts";
export * from "./locks.ts";
